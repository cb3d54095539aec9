package io.trunkline.balancer.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.balancer.assign.RoundRobin;
import io.trunkline.balancer.cluster.KnownMembers;
import io.trunkline.protocol.metrics.Readiness;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrunkLinkTest {
    private final TestTrunks trunks = new TestTrunks(new RoundRobin());
    private final FakeNode node = trunks.node(1, 0, 1);

    @AfterEach
    void nothingIsLeft() {
        trunks.close();
    }

    @Test
    void triesAgainAfterPausesThatDouble() {
        node.listening = false;
        trunks.members(node);
        assertThat(node.attempts()).isEqualTo(1);
        long pause = 100;
        for (int attempt = 2; attempt <= 6; attempt++) {
            trunks.pass(pause * 79 / 100);
            assertThat(node.attempts())
                    .as("%s ms after the last", pause * 79 / 100)
                    .isEqualTo(attempt - 1);
            trunks.pass(pause * 42 / 100);
            assertThat(node.attempts())
                    .as("%s ms after the last", pause * 121 / 100)
                    .isEqualTo(attempt);
            pause *= 2;
            trunks.pass(0);
        }
    }

    @Test
    void neverPausesLongerThanTheLongestPause() {
        node.listening = false;
        trunks.members(node);
        for (int i = 0; i < 20; i++) {
            trunks.pass(6_000);
        }
        int before = node.attempts();
        for (int i = 0; i < 10; i++) {
            trunks.pass(6_001);
        }
        assertThat(node.attempts()).isBetween(before + 10, before + 20);
    }

    @Test
    void startsWithTheShortestPauseAgainAfterATrunkWasOpen() {
        node.listening = false;
        trunks.members(node);
        for (int i = 0; i < 10; i++) {
            trunks.pass(6_000);
        }
        node.listening = true;
        trunks.pass(6_001);
        node.welcome();
        int before = node.attempts();
        node.channel().close();
        trunks.run();
        trunks.pass(121);
        assertThat(node.attempts()).isEqualTo(before + 1);
        node.welcome();
        assertThat(trunks.trunks().readiness()).isEqualTo(Readiness.READY);
    }

    @Test
    void doesNotHurryWhenTheHandshakeFails() {
        trunks.members(node);
        node.channel().close();
        trunks.pass(121);
        assertThat(node.attempts()).isEqualTo(2);
        node.channel().close();
        trunks.pass(121);
        assertThat(node.attempts()).isEqualTo(2);
        trunks.pass(121);
        assertThat(node.attempts()).isEqualTo(3);
    }

    @Test
    void leavesANodeAloneThatIsNoMemberAnyMore() {
        node.listening = false;
        trunks.members(node);
        trunks.members();
        trunks.pass(60_000);
        assertThat(node.attempts()).isEqualTo(1);
    }

    @Test
    void closesTheTrunkOfANodeThatIsNoMemberAnyMore() {
        trunks.members(node);
        node.welcome();
        trunks.members();
        assertThat(node.channel().isOpen()).isFalse();
        assertThat(trunks.trunks().readiness()).isEqualTo(Readiness.WAITING);
        assertThat(trunks.trunks().sessionsByNode()).isEmpty();
        trunks.pass(60_000);
        assertThat(node.attempts()).isEqualTo(1);
    }

    @Test
    void closesAConnectionThatComesTooLate() {
        trunks.trunks().update(new KnownMembers(List.of(node.info()), true));
        trunks.trunks().update(new KnownMembers(List.of(), true));
        trunks.run();
        assertThat(node.channel().isOpen()).isFalse();
    }
}
