package io.trunkline.protocol.trunk;

import io.trunkline.protocol.codec.BadFrameException;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The listening end of a trunk: lets in an edge that proves the cluster secret, then brings each frame to its stream.
 * Belongs to the trunk's event loop.
 *
 * @param <S> one stream, as its {@link Owner} knows it
 */
public final class AcceptedTrunk<S> implements TrunkEnd.Side {
    /** What is done with the streams of one trunk. All calls come on the trunk's event loop. */
    public interface Owner<S> {
        /** The edge has proved that it knows the secret, and is called this. */
        void onProved(String edge);

        /** A frame that opens a stream; the owner {@linkplain AcceptedTrunk#put adds it}, or refuses it. */
        void onOpen(Frame frame);

        /** A frame of a stream. */
        void onFrame(S stream, Frame frame);

        /** The edge has ended a stream, which is off the trunk already. */
        void onReset(S stream, Reason reason);

        /** The edge is about to close the trunk. */
        void onGoAway(Frame.GoAway goAway);

        /** The edge broke the protocol. */
        void onBadFrame(String remote, Reason reason, String text);

        /** Input, output or this side itself failed; the owner closes the trunk. */
        void onFailed(Throwable cause);

        /** Once in a while. */
        void onTick();

        /** The edge has said nothing for too long, and the trunk is closed. */
        void onSilent();

        /** The trunk is gone; its streams follow. */
        void onClosed();

        /** The trunk of a stream is gone; the owner {@linkplain AcceptedTrunk#remove takes it off}. */
        void onLost(S stream);
    }

    private final TrunkEnd end;
    private final ListenerHandshake handshake;
    private final Duration silence;
    private final Owner<S> owner;
    private final StreamMap<S> streams = new StreamMap<>();
    private int newestStream;

    /**
     * A trunk that waits for the edge's first word.
     *
     * @param proof how long the edge may take to prove the secret
     * @param silence after which a trunk is given up
     */
    public AcceptedTrunk(TrunkEnd end, TrunkIdentity identity, Duration proof, Duration silence, Owner<S> owner) {
        this.end = end;
        this.handshake = new ListenerHandshake(identity);
        this.silence = silence;
        this.owner = owner;
        end.later(proof, () -> {
            if (!handshake.done()) {
                end.sendAway(Reason.UNAUTHENTICATED, "no proof within " + proof.toMillis() + " ms");
            }
        });
    }

    /** Whether the edge has proved that it knows the secret. */
    public boolean proved() {
        return handshake.done();
    }

    /** Adds a stream. */
    public void put(int number, S stream) {
        streams.put(number, stream);
    }

    /** Takes a stream off the trunk; null when it was off already. */
    public @Nullable S remove(int number) {
        return streams.remove(number);
    }

    @Override
    public void onFrame(Frame frame) {
        int number = frame.stream();
        S stream = number == Frame.NO_STREAM ? null : streams.get(number);
        if (stream != null) {
            if (frame instanceof Frame.Reset reset) {
                streams.remove(number);
                owner.onReset(stream, reset.reason());
            } else {
                owner.onFrame(stream, frame);
            }
        } else if (!handshake.done()) {
            shakeHands(frame);
        } else if (number == Frame.NO_STREAM) {
            onTrunkFrame(frame);
        } else if (frame instanceof Frame.Open || frame instanceof Frame.Ask) {
            onOpen(frame);
        } else if (number - newestStream > 0) {
            // Frames of a stream that ended a moment ago are normal; those of one that never was are not.
            throw new BadFrameException("stream " + number + " was never opened");
        }
    }

    private void shakeHands(Frame frame) {
        end.writer().write(handshake.answer(frame));
        if (handshake.done()) {
            end.authenticated();
            owner.onProved(handshake.edge());
        }
    }

    private void onOpen(Frame frame) {
        if (frame.stream() - newestStream <= 0) {
            throw new BadFrameException("stream " + frame.stream() + " opened after " + newestStream);
        }
        newestStream = frame.stream();
        owner.onOpen(frame);
    }

    private void onTrunkFrame(Frame frame) {
        if (frame instanceof Frame.Ping ping) {
            end.writer().write(new Frame.Pong(ping.value()));
        } else if (frame instanceof Frame.GoAway goAway) {
            owner.onGoAway(goAway);
        } else if (!(frame instanceof Frame.Pong)) {
            throw notSaid(frame);
        }
    }

    /** What is thrown at a frame that an edge does not send. */
    public static BadFrameException notSaid(Frame frame) {
        return new BadFrameException("an edge may not say " + frame.getClass().getSimpleName());
    }

    @Override
    public void onWritability(boolean writable) {
        // The edge always reads. When it cannot keep up with the answers, take no more questions.
        end.channel().config().setAutoRead(writable);
    }

    @Override
    public void onTick(long nowNanos) {
        if (nowNanos - end.heardNanos() > silence.toNanos()) {
            owner.onSilent();
            end.channel().close();
        } else {
            owner.onTick();
        }
    }

    @Override
    public void onBadFrame(Reason reason, String text) {
        owner.onBadFrame(end.remote(), reason, text);
    }

    @Override
    public void onFailed(Throwable cause) {
        owner.onFailed(cause);
    }

    @Override
    public void onClosed() {
        owner.onClosed();
        // What the owner of one stream is told may end another one.
        List.copyOf(streams.all()).forEach(owner::onLost);
    }
}
