package io.trunkline.balancer.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.protocol.session.Owner;
import io.trunkline.protocol.session.SessionId;
import io.trunkline.protocol.trunk.ClusterSecret;
import org.junit.jupiter.api.Test;

class SessionSealTest {
    private final SessionSeal seal = new SessionSeal(new ClusterSecret("a secret of this cluster"), "balancer-1");

    @Test
    void anIdNamesItsSlotAndIsKnownAsGenuineByEveryBalancerOfTheCluster() {
        String id = seal.mint(200, "alice");
        assertThat(SessionId.slotOf(id)).isEqualTo(200);
        assertThat(seal.genuine(id, "alice")).isTrue();
        assertThat(new SessionSeal(new ClusterSecret("a secret of this cluster"), "balancer-9").genuine(id, "alice"))
                .isTrue();
        assertThat(seal.mint(200, "alice")).isNotEqualTo(id);
    }

    @Test
    void whatWasNotMintedWithTheSecretIsNotGenuine() {
        String id = seal.mint(3, "alice");
        assertThat(new SessionSeal(new ClusterSecret("a secret of another one"), "balancer-1").genuine(id, "alice"))
                .isFalse();
        assertThat(seal.genuine(id.substring(0, SessionId.LENGTH), "alice")).isFalse();
        assertThat(seal.genuine(SessionId.mint(3), "alice")).isFalse();
        assertThat(seal.genuine("", "alice")).isFalse();
        for (int i = 0; i < id.length(); i++) {
            char other = id.charAt(i) == 'x' ? 'y' : 'x';
            assertThat(seal.genuine(id.substring(0, i) + other + id.substring(i + 1), "alice"))
                    .as("character %d", i)
                    .isFalse();
        }
    }

    @Test
    void anIdIsGenuineForItsOwnerAlone() {
        String id = seal.mint(3, "alice");
        for (String other : new String[] {"bob", "alice2", "lice", Owner.NOBODY.key()}) {
            assertThat(seal.genuine(id, other)).as(other).isFalse();
        }
        String open = seal.mint(3, Owner.NOBODY.key());
        assertThat(seal.genuine(open, Owner.NOBODY.key())).isTrue();
        assertThat(seal.genuine(open, "alice")).isFalse();
    }

    @Test
    void anIdHintsAtTheBalancerThatMintedIt() {
        String id = seal.mint(3, "alice");
        assertThat(SessionSeal.hintsAt(id, "balancer-1")).isTrue();
        assertThat(SessionSeal.hintsAt(id, "balancer-2")).isFalse();
    }
}
