package io.trunkline.balancer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.balancer.cluster.NodeInfo;
import io.trunkline.protocol.codec.FrameDecoder;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.jsonrpc.RequestIds;
import io.trunkline.protocol.member.HostPort;
import io.trunkline.protocol.session.SlotSet;
import io.trunkline.protocol.trunk.ClusterSecret;
import io.trunkline.protocol.trunk.ListenerHandshake;
import io.trunkline.protocol.trunk.MessageJoiner;
import io.trunkline.protocol.trunk.MessageSender;
import io.trunkline.protocol.trunk.NetTransport;
import io.trunkline.protocol.trunk.TrunkIdentity;
import io.trunkline.protocol.trunk.TrunkListener;
import io.trunkline.protocol.trunk.TrunkWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A node on a real socket. It answers every request with a result, takes as much as it is sent, and keeps to the credit that
 * it is granted. A request that contains {@code "swallow"} is not answered; {@code "answer:N"} asks for an answer of N bytes.
 */
final class SocketNode implements AutoCloseable {
    static final ClusterSecret SECRET = new ClusterSecret("a secret that is long enough");
    static final int SLOTS = 8;

    private static final int WINDOW = 64 * 1024;

    private final EventLoopGroup group = NetTransport.NIO.group(1, "socket-node");
    private final TrunkListener<Trunk> listener = new TrunkListener<>(
            NetTransport.NIO,
            group,
            new TrunkListener.Bounds(16, 16, 1000),
            channel -> new Trunk(),
            (trunk, ctx) -> {});
    private final InetSocketAddress address =
            listener.bind("127.0.0.1", 0).toCompletableFuture().join();
    private final AtomicInteger accepted = new AtomicInteger();

    NodeInfo info() {
        HostPort at = new HostPort("127.0.0.1", address.getPort());
        return new NodeInfo(new NodeKey("node-1", 1), at, at, true);
    }

    /** Trunks that were ever opened. */
    int accepted() {
        return accepted.get();
    }

    /** Trunks that are open now. */
    int open() {
        return listener.open().size();
    }

    @Override
    public void close() {
        listener.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static final class Stream {
        final MessageJoiner in = new MessageJoiner(16 * 1024 * 1024, bytes -> true);
        final MessageSender out;

        Stream(TrunkWriter writer, int number) {
            out = new MessageSender(writer, number, WINDOW);
        }
    }

    private final class Trunk extends ChannelInboundHandlerAdapter {
        private final ListenerHandshake handshake = new ListenerHandshake(
                new TrunkIdentity("node-1", 1, SECRET, new Frame.Welcome(SLOTS, 100_000, WINDOW)));
        private final Map<Integer, Stream> streams = new HashMap<>();
        private @Nullable TrunkWriter writer;
        private @Nullable FrameDecoder decoder;

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            accepted.incrementAndGet();
            writer = new TrunkWriter(ctx.channel());
            decoder = new FrameDecoder(this::onFrame);
            ctx.pipeline().addBefore(ctx.name(), "frames", decoder);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            writer().close();
            listener.closed(this);
        }

        private TrunkWriter writer() {
            return Objects.requireNonNull(writer);
        }

        private void onFrame(Frame frame) {
            if (!handshake.done()) {
                writer().write(handshake.answer(frame));
                if (handshake.done()) {
                    Objects.requireNonNull(decoder).authenticated();
                    listener.proved(this);
                    writer().write(new Frame.Slots(1, SlotSet.of(0, 1, 2, 3, 4, 5, 6, 7)));
                }
            } else if (frame instanceof Frame.Open open) {
                streams.put(open.stream(), new Stream(writer(), open.stream()));
                writer().write(new Frame.Opened(open.stream()));
            } else if (frame instanceof Frame.Data data) {
                onData(data);
            } else if (frame instanceof Frame.Credit credit && streams.containsKey(credit.stream())) {
                streams.get(credit.stream()).out.granted(credit.bytes());
            } else if (frame instanceof Frame.Reset) {
                streams.remove(frame.stream());
            } else if (frame instanceof Frame.Ping ping) {
                writer().write(new Frame.Pong(ping.value()));
            }
        }

        private void onData(Frame.Data data) {
            Stream stream = streams.get(data.stream());
            if (stream == null) {
                return;
            }
            ByteBuf payload = data.payload();
            writer().write(new Frame.Credit(data.stream(), payload.readableBytes()));
            stream.in.add(payload);
            if (data.last()) {
                byte[] message = stream.in.take();
                String start = new String(message, 0, Math.min(200, message.length), StandardCharsets.UTF_8);
                byte[] answer = start.contains("swallow") ? null : answer(message, start);
                if (answer != null) {
                    stream.out.send(answer, data.number(), false);
                }
            }
        }

        private static byte @Nullable [] answer(byte[] message, String start) {
            int at = start.indexOf("answer:");
            int size = at < 0 ? 0 : Integer.parseInt(start.substring(at + 7, start.indexOf('"', at)));
            return RequestIds.answer(
                    message,
                    id -> ("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{\"a\":\"" + "a".repeat(size) + "\"}}")
                            .getBytes(StandardCharsets.UTF_8));
        }
    }
}
