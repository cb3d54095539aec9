package io.trunkline.node;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.protocol.codec.FrameCodec;
import io.trunkline.protocol.codec.FrameDecoder;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.trunk.ClusterSecret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A balancer's end of one trunk on a blocking socket: every wait has a deadline of 20 s. */
public final class SocketEdge implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket = new Socket();
    private final Deque<Frame> heard = new ArrayDeque<>();
    private final EmbeddedChannel ears;

    /** Connects and says nothing. */
    public SocketEdge(InetSocketAddress node) {
        FrameDecoder decoder = new FrameDecoder(frame -> heard.add(kept(frame)));
        decoder.authenticated();
        ears = new EmbeddedChannel(decoder);
        try {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            socket.connect(node, PATIENCE_MILLIS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Proves the secret and returns what the node says to that. */
    public Frame shakeHands(String member, String secret) {
        ClusterSecret proofs = new ClusterSecret(secret);
        Frame.Hello hello = new Frame.Hello(1, 1, ClusterSecret.nonce(), member, 77);
        say(hello);
        Frame.Challenge challenge = (Frame.Challenge) next();
        if (!ClusterSecret.same(
                challenge.proof(),
                proofs.ofNode(
                        hello, challenge.version(), challenge.nonce(), challenge.member(), challenge.incarnation()))) {
            throw new AssertionError("the node has not proved the secret");
        }
        say(new Frame.Proof(proofs.ofEdge(hello, challenge)));
        return next();
    }

    /** Sends one whole message. */
    public void say(int stream, int number, String message) {
        say(new Frame.Data(stream, number, true, Unpooled.wrappedBuffer(message.getBytes(StandardCharsets.UTF_8))));
    }

    /** Sends frames in one write. */
    public void say(Frame... frames) {
        ByteBuf bytes = Unpooled.buffer();
        for (Frame frame : frames) {
            FrameCodec.encode(frame, bytes);
        }
        say(bytes);
    }

    /** Sends bytes as they are. */
    public void say(ByteBuf bytes) {
        try {
            bytes.readBytes(socket.getOutputStream(), bytes.readableBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next frame. */
    public Frame next() {
        while (heard.isEmpty()) {
            if (!read()) {
                throw new AssertionError("the node closed the trunk");
            }
        }
        return heard.remove();
    }

    /** The next frame of a kind that passes the test; those before it are dropped. */
    public <F extends Frame> F next(Class<F> kind, Predicate<F> wanted) {
        while (true) {
            Frame frame = next();
            if (kind.isInstance(frame) && wanted.test(kind.cast(frame))) {
                return kind.cast(frame);
            }
            if (frame instanceof Frame.GoAway goAway && goAway.reason() != Reason.DRAINING) {
                throw new AssertionError("sent away: " + goAway);
            }
        }
    }

    /** The text of the next message that answers this one. */
    public String answer(int stream, int number) {
        return next(Frame.Data.class, data -> data.stream() == stream && data.number() == number)
                .payload()
                .toString(StandardCharsets.UTF_8);
    }

    /** Waits until the node has closed the trunk; returns the last frame, or null when there was none. */
    public @Nullable Frame lastBeforeEnd() {
        while (read()) {
            // Until the end.
        }
        return heard.pollLast();
    }

    private boolean read() {
        byte[] bytes = new byte[8192];
        try {
            int length = socket.getInputStream().read(bytes);
            if (length < 0) {
                return false;
            }
            ears.writeInbound(Unpooled.wrappedBuffer(bytes, 0, length));
            return true;
        } catch (SocketTimeoutException e) {
            throw new AssertionError("nothing heard for " + PATIENCE_MILLIS + " ms", e);
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        ears.finishAndReleaseAll();
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Frame kept(Frame frame) {
        if (frame instanceof Frame.Data data) {
            byte[] payload = new byte[data.payload().readableBytes()];
            data.payload().readBytes(payload);
            return new Frame.Data(data.stream(), data.number(), data.last(), Unpooled.wrappedBuffer(payload));
        }
        return frame;
    }
}
