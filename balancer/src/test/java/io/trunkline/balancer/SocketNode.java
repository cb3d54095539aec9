package io.trunkline.balancer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoopGroup;
import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.balancer.cluster.NodeInfo;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.jsonrpc.RequestIds;
import io.trunkline.protocol.member.HostPort;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.session.SlotSet;
import io.trunkline.protocol.trunk.ClusterSecret;
import io.trunkline.protocol.trunk.ListenerHandshake;
import io.trunkline.protocol.trunk.MessageJoiner;
import io.trunkline.protocol.trunk.MessageSender;
import io.trunkline.protocol.trunk.NetTransport;
import io.trunkline.protocol.trunk.StreamCredit;
import io.trunkline.protocol.trunk.TrunkEnd;
import io.trunkline.protocol.trunk.TrunkIdentity;
import io.trunkline.protocol.trunk.TrunkListener;
import io.trunkline.protocol.trunk.TrunkWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A node on a real socket. It answers every request with a result, takes as much as it is sent, and keeps to the credit
 * that it is granted. A request that contains {@code "swallow"} is not answered; {@code "answer:N"} asks for an answer
 * of N bytes.
 */
final class SocketNode implements AutoCloseable {
    static final ClusterSecret SECRET = new ClusterSecret("a secret that is long enough");
    static final int SLOTS = 8;

    private static final int WINDOW = 64 * 1024;

    private final EventLoopGroup group = NetTransport.NIO.group(1, "socket-node");
    private final TrunkListener<Trunk> listener = new TrunkListener<>(
            NetTransport.NIO, group, new TrunkListener.Bounds(16, 16, Duration.ofSeconds(1)), Trunk::new);
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
        final StreamCredit credit;
        final MessageSender out;

        Stream(TrunkWriter writer, int number) {
            credit = new StreamCredit(writer, number, WINDOW);
            out = new MessageSender(
                    credit,
                    (to, note, last, message, offset, length) ->
                            writer.writeData(number, to, last, false, note, message, offset, length));
        }
    }

    private final class Trunk implements TrunkEnd.Side, TrunkListener.Server {
        private final ListenerHandshake handshake = new ListenerHandshake(
                new TrunkIdentity("node-1", 1, SECRET, new Frame.Welcome(SLOTS, 100_000, WINDOW)));
        private final Map<Integer, Stream> streams = new HashMap<>();
        private final TrunkEnd end;

        Trunk(TrunkEnd end) {
            this.end = end;
            accepted.incrementAndGet();
        }

        @Override
        public TrunkEnd.Side side() {
            return this;
        }

        @Override
        public void onClosed() {
            listener.closed(this);
        }

        @Override
        public void onTick(long nowNanos) {
            // It has no deadlines.
        }

        @Override
        public void onBadFrame(Reason reason, String text) {
            // Its streams end with it.
        }

        @Override
        public void onFailed(Throwable cause) {
            end.close();
        }

        private TrunkWriter writer() {
            return end.writer();
        }

        @Override
        public void onFrame(Frame frame) {
            if (!handshake.done()) {
                writer().write(handshake.answer(frame));
                if (handshake.done()) {
                    end.authenticated();
                    listener.proved(this);
                    writer().write(new Frame.Slots(1, SlotSet.of(0, 1, 2, 3, 4, 5, 6, 7)));
                }
            } else if (frame instanceof Frame.Open open) {
                streams.put(open.stream(), new Stream(writer(), open.stream()));
                writer().write(new Frame.Opened(open.stream()));
            } else if (frame instanceof Frame.Data data) {
                onData(data);
            } else if (frame instanceof Frame.Credit credit && streams.containsKey(credit.stream())) {
                Stream stream = streams.get(credit.stream());
                stream.credit.gained(credit.bytes());
                stream.out.drain();
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
