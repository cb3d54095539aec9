package io.trunkline.balancer.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.balancer.client.LoopMemory;
import io.trunkline.protocol.codec.FrameCodec;
import io.trunkline.protocol.codec.FrameDecoder;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.trunk.ClusterSecret;
import io.trunkline.protocol.trunk.NetTransport;
import io.trunkline.protocol.trunk.TrunkIdentity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Another balancer, which the test plays, at a trunk to the peers' port. Closing it asserts that no buffer is left. */
public final class Asker implements AutoCloseable {
    static final int WINDOW = 2048;
    static final int LIMIT = 5000;

    private static final ClusterSecret SECRET = new ClusterSecret("a secret of this cluster");

    private final PeerSettings settings =
            new PeerSettings(0, 2, WINDOW, LIMIT, Duration.ofSeconds(5), Duration.ofSeconds(4));
    private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(true);
    private final List<Frame> heard = new ArrayList<>();
    private final FrameDecoder ears = new FrameDecoder(frame -> heard.add(kept(frame)));
    private final EmbeddedChannel reader = new EmbeddedChannel(ears);
    private final PeerListener listener;
    private final EmbeddedChannel channel;

    /** One that is connected, and not let in. */
    public Asker(PeerRequests requests, Function<EventLoop, LoopMemory> counted, EventLoop loop) {
        listener = new PeerListener(
                settings,
                () -> new TrunkIdentity("balancer-2", 8, SECRET, PeerListener.welcome(settings)),
                requests,
                counted,
                NetTransport.NIO,
                loop);
        channel = connect();
    }

    EmbeddedChannel channel() {
        return channel;
    }

    /** One more connection to the same port. */
    EmbeddedChannel connect() {
        EmbeddedChannel fresh = new EmbeddedChannel();
        fresh.freezeTime();
        fresh.config().setAllocator(memory);
        fresh.pipeline().addLast(listener.stages());
        return fresh;
    }

    /** Proves the secret. */
    public void letIn() {
        Frame.Hello hello = hello();
        say(hello);
        Frame.Challenge challenge = (Frame.Challenge) heard().get(0);
        say(new Frame.Proof(SECRET.ofEdge(hello, challenge)));
        assertThat(heard()).containsExactly(new Frame.Welcome(1, Integer.MAX_VALUE, WINDOW));
    }

    static Frame.Hello hello() {
        return new Frame.Hello(1, Frame.MAX_VERSION, ClusterSecret.nonce(), "balancer-1", 77);
    }

    /** Says this. */
    public void say(Frame... frames) {
        for (Frame frame : frames) {
            ByteBuf bytes = memory.buffer();
            FrameCodec.encode(frame, bytes);
            channel.writeInbound(bytes);
        }
        channel.runPendingTasks();
    }

    /** Everything that it was told since the last call. */
    public List<Frame> heard() {
        ears.authenticated();
        channel.runPendingTasks();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            reader.writeInbound(bytes);
        }
        List<Frame> all = List.copyOf(heard);
        heard.clear();
        return all;
    }

    private static Frame kept(Frame frame) {
        return frame instanceof Frame.Reply reply
                ? new Frame.Reply(reply.stream(), reply.status(), reply.last(), Unpooled.copiedBuffer(reply.payload()))
                : frame;
    }

    @Override
    public void close() {
        channel.close();
        channel.finishAndReleaseAll();
        reader.finishAndReleaseAll();
        assertThat(listener.size()).isZero();
        assertThat(memory.metric().usedHeapMemory() + memory.metric().usedDirectMemory())
                .isZero();
    }
}
