package io.trunkline.node.trunk;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.protocol.codec.FrameCodec;
import io.trunkline.protocol.codec.FrameDecoder;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.trunk.ClusterSecret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A balancer's end of one trunk whose other end is a {@link NodeTrunk} on an embedded channel. */
final class EmbeddedEdge implements AutoCloseable {
    final CountingAllocator buffers = new CountingAllocator();
    final EmbeddedChannel node = new EmbeddedChannel();
    private final List<Frame> heard = new ArrayList<>();
    private final EmbeddedChannel ears;

    EmbeddedEdge(TestTrunks trunks) {
        FrameDecoder decoder = new FrameDecoder(frame -> heard.add(kept(frame)));
        decoder.authenticated();
        ears = new EmbeddedChannel(decoder);
        // Time stands still until a test moves it.
        node.freezeTime();
        node.config().setAllocator(buffers);
        node.pipeline().addLast(trunks.trunks.stages());
    }

    /** An edge that has been let in and has heard all that a new edge hears. */
    static EmbeddedEdge letIn(TestTrunks trunks) {
        return letIn(trunks, "balancer-1");
    }

    static EmbeddedEdge letIn(TestTrunks trunks, String member) {
        EmbeddedEdge edge = new EmbeddedEdge(trunks);
        Frame.Hello hello = hello(member);
        edge.say(hello);
        Frame.Challenge challenge = (Frame.Challenge) edge.heard().get(0);
        edge.say(new Frame.Proof(TestTrunks.SECRET.ofEdge(hello, challenge)));
        edge.heard();
        return edge;
    }

    static Frame.Hello hello(String member) {
        return new Frame.Hello(1, 1, ClusterSecret.nonce(), member, 77);
    }

    static Frame.Data data(int stream, int number, boolean last, String text) {
        return new Frame.Data(stream, number, last, Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8)));
    }

    static Frame.Data data(int stream, int number, boolean last, int length) {
        return new Frame.Data(stream, number, last, Unpooled.wrappedBuffer(new byte[length]));
    }

    /** Sends all frames in one read of the node. */
    void say(Frame... frames) {
        ByteBuf bytes = buffers.buffer();
        for (Frame frame : frames) {
            FrameCodec.encode(frame, bytes);
        }
        sayBytes(bytes);
    }

    void sayBytes(ByteBuf bytes) {
        node.writeInbound(bytes);
        node.runPendingTasks();
    }

    void sayBytes(byte[] bytes) {
        sayBytes(buffers.buffer(Math.max(1, bytes.length)).writeBytes(bytes));
    }

    /** What the node said since the last call. */
    List<Frame> heard() {
        node.runPendingTasks();
        for (ByteBuf bytes = node.readOutbound(); bytes != null; bytes = node.readOutbound()) {
            ears.writeInbound(bytes);
        }
        List<Frame> frames = List.copyOf(heard);
        heard.clear();
        return frames;
    }

    boolean isOpen() {
        return node.isOpen();
    }

    /** The connection breaks. */
    void lose() {
        node.close();
        node.runPendingTasks();
    }

    /** Closes the channel and checks that every buffer was released. */
    @Override
    public void close() {
        lose();
        node.finishAndReleaseAll();
        ears.finishAndReleaseAll();
        if (buffers.held() != 0) {
            throw new AssertionError(buffers.held() + " bytes were not released");
        }
    }

    private static Frame kept(Frame frame) {
        if (frame instanceof Frame.Data data) {
            byte[] payload = new byte[data.payload().readableBytes()];
            data.payload().readBytes(payload);
            return new Frame.Data(
                    data.stream(),
                    data.number(),
                    data.last(),
                    data.repeated(),
                    data.note(),
                    Unpooled.wrappedBuffer(payload));
        }
        return frame;
    }
}
