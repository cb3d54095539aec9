package io.trunkline.protocol.trunk;

import io.trunkline.protocol.codec.BadFrameException;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The listening side of a trunk's handshake: hello, challenge, proof, welcome. That is a node, or a balancer that
 * another one dials. Knows no channel: a frame goes in, the
 * answer comes out, and everything unexpected is a {@link BadFrameException}.
 */
public final class ListenerHandshake {
    /** What a member may be called; see {@code trunkline.member.name}. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private final TrunkIdentity identity;
    private Frame.@Nullable Hello hello;
    private Frame.@Nullable Challenge challenge;
    private boolean done;

    /** A handshake that has not begun. */
    public ListenerHandshake(TrunkIdentity identity) {
        this.identity = identity;
    }

    /** Whether the edge has proved that it knows the secret. */
    public boolean done() {
        return done;
    }

    /** Who the edge says it is: its name and incarnation; empty before its hello. */
    public String edge() {
        return hello == null ? "" : hello.member() + "#" + Long.toHexString(hello.incarnation());
    }

    /** The answer to the next frame of a handshake that is not {@linkplain #done done}. */
    public Frame answer(Frame frame) {
        if (hello == null && frame instanceof Frame.Hello said) {
            return challenge(said);
        }
        if (hello != null && challenge != null && frame instanceof Frame.Proof proof) {
            if (!ClusterSecret.same(proof.proof(), identity.secret().ofEdge(hello, challenge))) {
                throw new BadFrameException(Reason.UNAUTHENTICATED, "wrong proof from " + hello.member());
            }
            done = true;
            return identity.welcome();
        }
        throw new BadFrameException(frame.getClass().getSimpleName() + " in the handshake (expected: "
                + (hello == null ? "Hello" : "Proof") + ")");
    }

    private Frame challenge(Frame.Hello said) {
        int version = Math.min(said.maxVersion(), Frame.MAX_VERSION);
        if (version < Math.max(said.minVersion(), Frame.MIN_VERSION)) {
            throw new BadFrameException(
                    Reason.INCOMPATIBLE,
                    "versions " + said.minVersion() + ".." + said.maxVersion() + " (expected: " + Frame.MIN_VERSION
                            + ".." + Frame.MAX_VERSION + ")");
        }
        if (said.nonce().length() != ClusterSecret.NONCE
                || !NAME.matcher(said.member()).matches()) {
            // The name is not repeated: it would reach the log before anything is proved.
            throw new BadFrameException("a hello without a nonce or a name");
        }
        Bytes nonce = ClusterSecret.nonce();
        Bytes proof = identity.secret().ofNode(said, version, nonce, identity.member(), identity.incarnation());
        hello = said;
        challenge = new Frame.Challenge(version, nonce, proof, identity.member(), identity.incarnation());
        return challenge;
    }
}
