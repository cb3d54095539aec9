package io.trunkline.balancer.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.protocol.session.SessionId;
import io.trunkline.protocol.trunk.ClusterSecret;
import org.junit.jupiter.api.Test;

class SessionSealTest {
    private final SessionSeal seal = new SessionSeal(new ClusterSecret("a secret of this cluster"), "balancer-1");

    @Test
    void anIdNamesItsSlotAndIsKnownAsGenuineByEveryBalancerOfTheCluster() {
        String id = seal.mint(200);
        assertThat(SessionId.slotOf(id)).isEqualTo(200);
        assertThat(seal.genuine(id)).isTrue();
        assertThat(new SessionSeal(new ClusterSecret("a secret of this cluster"), "balancer-9").genuine(id))
                .isTrue();
        assertThat(seal.mint(200)).isNotEqualTo(id);
    }

    @Test
    void whatWasNotMintedWithTheSecretIsNotGenuine() {
        String id = seal.mint(3);
        assertThat(new SessionSeal(new ClusterSecret("a secret of another one"), "balancer-1").genuine(id))
                .isFalse();
        assertThat(seal.genuine(id.substring(0, SessionId.LENGTH))).isFalse();
        assertThat(seal.genuine(SessionId.mint(3))).isFalse();
        assertThat(seal.genuine("")).isFalse();
        for (int i = 0; i < id.length(); i++) {
            char other = id.charAt(i) == 'x' ? 'y' : 'x';
            assertThat(seal.genuine(id.substring(0, i) + other + id.substring(i + 1)))
                    .as("character %d", i)
                    .isFalse();
        }
    }

    @Test
    void anIdHintsAtTheBalancerThatMintedIt() {
        String id = seal.mint(3);
        assertThat(SessionSeal.hintsAt(id, "balancer-1")).isTrue();
        assertThat(SessionSeal.hintsAt(id, "balancer-2")).isFalse();
    }
}
