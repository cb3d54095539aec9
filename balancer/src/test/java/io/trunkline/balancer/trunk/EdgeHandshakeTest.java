package io.trunkline.balancer.trunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.protocol.codec.BadFrameException;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.trunk.ClusterSecret;
import org.junit.jupiter.api.Test;

class EdgeHandshakeTest {
    private static final ClusterSecret SECRET = new ClusterSecret("a secret that is long enough");
    private static final NodeKey NODE = new NodeKey("node-1", 5);

    private final EdgeHandshake handshake = new EdgeHandshake("balancer-1", 9, SECRET, NODE);

    @Test
    void saysWhoCallsWithAFreshNonce() {
        Frame.Hello hello = handshake.hello();
        assertThat(hello.member()).isEqualTo("balancer-1");
        assertThat(hello.incarnation()).isEqualTo(9);
        assertThat(hello.nonce().length()).isEqualTo(ClusterSecret.NONCE);
        assertThat(handshake.hello()).isEqualTo(hello);
        assertThat(new EdgeHandshake("balancer-1", 9, SECRET, NODE).hello().nonce())
                .isNotEqualTo(hello.nonce());
    }

    @Test
    void answersANodeThatKnowsTheSecretWithItsOwnProof() {
        Frame.Challenge challenge = challenge(SECRET, 1, "node-1", 5);
        assertThat(handshake.challenged()).isFalse();
        assertThat(handshake.answer(challenge)).isEqualTo(new Frame.Proof(SECRET.ofEdge(handshake.hello(), challenge)));
        assertThat(handshake.challenged()).isTrue();
    }

    @Test
    void provesNothingToANodeThatDoesNotKnowTheSecret() {
        refused(challenge(new ClusterSecret("another secret"), 1, "node-1", 5), Reason.UNAUTHENTICATED);
    }

    @Test
    void takesNoEmptyProofAndNoProofOfAnotherTrunk() {
        Bytes nonce = ClusterSecret.nonce();
        refused(new Frame.Challenge(1, nonce, Bytes.EMPTY, "node-1", 5), Reason.UNAUTHENTICATED);
        EdgeHandshake other = new EdgeHandshake("balancer-1", 9, SECRET, NODE);
        EdgeHandshake replayed = new EdgeHandshake("balancer-1", 9, SECRET, NODE);
        Bytes proof = SECRET.ofNode(replayed.hello(), 1, nonce, "node-1", 5);
        assertThatExceptionOfType(BadFrameException.class)
                .isThrownBy(() -> other.answer(new Frame.Challenge(1, nonce, proof, "node-1", 5)));
    }

    @Test
    void refusesTheRightSecretAtTheWrongAddress() {
        refused(challenge(SECRET, 1, "node-2", 5), Reason.INCOMPATIBLE);
        assertThat(handshake.replaced()).isFalse();
    }

    @Test
    void refusesAnotherLifeOfTheNode() {
        refused(challenge(SECRET, 1, "node-1", 6), Reason.INCOMPATIBLE);
        assertThat(handshake.replaced()).isTrue();
    }

    @Test
    void refusesAVersionThatItDidNotOffer() {
        refused(challenge(SECRET, Frame.MAX_VERSION + 1, "node-1", 5), Reason.INCOMPATIBLE);
    }

    @Test
    void refusesASecondChallenge() {
        Frame.Challenge challenge = challenge(SECRET, 1, "node-1", 5);
        handshake.answer(challenge);
        refused(challenge, Reason.PROTOCOL);
    }

    private Frame.Challenge challenge(ClusterSecret secret, int version, String node, long incarnation) {
        Bytes nonce = ClusterSecret.nonce();
        Bytes proof = secret.ofNode(handshake.hello(), version, nonce, node, incarnation);
        return new Frame.Challenge(version, nonce, proof, node, incarnation);
    }

    private void refused(Frame.Challenge challenge, Reason reason) {
        assertThatExceptionOfType(BadFrameException.class)
                .isThrownBy(() -> handshake.answer(challenge))
                .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo(reason));
    }
}
