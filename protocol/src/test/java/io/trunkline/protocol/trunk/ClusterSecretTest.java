package io.trunkline.protocol.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import org.junit.jupiter.api.Test;

class ClusterSecretTest {
    private final ClusterSecret secret = new ClusterSecret("correct horse");
    private final Frame.Hello hello = new Frame.Hello(1, 1, ClusterSecret.nonce(), "balancer-1", 1);
    private final Bytes nodeNonce = ClusterSecret.nonce();
    private final Bytes proof = secret.ofNode(hello, 1, nodeNonce, "node-1", 2);
    private final Frame.Challenge challenge = new Frame.Challenge(1, nodeNonce, proof, "node-1", 2);

    @Test
    void isProvedByWhoeverKnowsIt() {
        ClusterSecret other = new ClusterSecret("correct horse");
        assertThat(ClusterSecret.same(proof, other.ofNode(hello, 1, nodeNonce, "node-1", 2)))
                .isTrue();
        assertThat(other.ofEdge(hello, challenge)).isEqualTo(secret.ofEdge(hello, challenge));
    }

    @Test
    void isNotProvedByAnythingElse() {
        assertThat(new ClusterSecret("wrong").ofNode(hello, 1, nodeNonce, "node-1", 2))
                .isNotEqualTo(proof);
        assertThat(secret.ofNode(hello, 1, ClusterSecret.nonce(), "node-1", 2)).isNotEqualTo(proof);
        assertThat(secret.ofNode(hello, 1, nodeNonce, "node-2", 2)).isNotEqualTo(proof);
        assertThat(secret.ofNode(hello, 1, nodeNonce, "node-1", 3)).isNotEqualTo(proof);
    }

    @Test
    void doesNotLetOneSidesProofServeAsTheOthers() {
        assertThat(secret.ofEdge(hello, challenge)).isNotEqualTo(proof);
    }
}
