package io.trunkline.balancer.trunk;

import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.protocol.codec.BadFrameException;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.trunk.ClusterSecret;

/**
 * The balancer's side of the trunk's handshake. Knows no channel: a frame goes in, the answer comes out, and everything
 * unexpected is a {@link BadFrameException}.
 */
final class EdgeHandshake {
    private final ClusterSecret secret;
    private final NodeKey expected;
    private final Frame.Hello hello;
    private boolean challenged;
    private boolean replaced;

    /** A handshake of this balancer with the node that is expected at the other end. */
    EdgeHandshake(String member, long incarnation, ClusterSecret secret, NodeKey expected) {
        this.secret = secret;
        this.expected = expected;
        this.hello = new Frame.Hello(Frame.MIN_VERSION, Frame.MAX_VERSION, ClusterSecret.nonce(), member, incarnation);
    }

    Frame.Hello hello() {
        return hello;
    }

    /** The answer to the node's challenge, once the node has proved that it knows the secret. */
    Frame.Proof answer(Frame.Challenge challenge) {
        if (challenged) {
            throw new BadFrameException("a second challenge");
        }
        challenged = true;
        Bytes proof = secret.ofNode(
                hello, challenge.version(), challenge.nonce(), challenge.member(), challenge.incarnation());
        if (!ClusterSecret.same(proof, challenge.proof())) {
            throw new BadFrameException(Reason.UNAUTHENTICATED, "wrong proof from " + challenge.member());
        }
        NodeKey actual = new NodeKey(challenge.member(), challenge.incarnation());
        if (!actual.equals(expected)) {
            replaced = actual.name().equals(expected.name());
            throw new BadFrameException(Reason.INCOMPATIBLE, actual + " answers (expected: " + expected + ")");
        }
        if (challenge.version() < Frame.MIN_VERSION || challenge.version() > Frame.MAX_VERSION) {
            throw new BadFrameException(Reason.INCOMPATIBLE, "version " + challenge.version());
        }
        return new Frame.Proof(secret.ofEdge(hello, challenge));
    }

    /** Whether another life of the same node has proved itself at the node's address: the expected one is over. */
    boolean replaced() {
        return replaced;
    }

    /** Whether the node has proved that it knows the secret. */
    boolean challenged() {
        return challenged;
    }
}
