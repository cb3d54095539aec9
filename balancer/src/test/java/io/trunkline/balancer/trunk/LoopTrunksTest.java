package io.trunkline.balancer.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.balancer.assign.Assignment;
import io.trunkline.balancer.assign.ClientKey;
import io.trunkline.balancer.assign.RoundRobin;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.session.SessionId;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LoopTrunksTest {
    private final TestTrunks trunks = new TestTrunks(new RoundRobin());
    private final LoopTrunks loop = trunks.loopTrunks();
    private final FakeNode one = trunks.node(1, 0, 1, 2, 3);
    private final FakeNode two = trunks.node(2, 4, 5, 6, 7);
    private final ClientKey client = new ClientKey(InetAddress.getLoopbackAddress());

    @AfterEach
    void nothingIsLeft() {
        trunks.close();
    }

    @Test
    void hasNoPlaceWithoutANode() {
        assertThat(loop.assign(client)).isNull();
        assertThat(loop.assign(0)).isNull();
        assertThat(loop.whyNone()).isEqualTo(Reason.NO_NODE);
    }

    @Test
    void assignsToNodesThatHaveLetItInAndHostSlots() {
        trunks.members(one, two);
        one.welcome();
        assertThat(loop.assign(client)).extracting(Assignment::node).isEqualTo(one.key());
        assertThat(loop.assign(3)).isEqualTo(new Assignment(one.key(), 3));
        assertThat(loop.assign(4)).isNull();
        two.welcome();
        assertThat(loop.assign(4)).isEqualTo(new Assignment(two.key(), 4));
        two.host();
        assertThat(loop.assign(4)).isNull();
    }

    @Test
    void assignsNothingToANodeThatIsNotFit() {
        trunks.members(one);
        one.welcome();
        trunks.update(List.of(one.unfit()));
        assertThat(loop.assign(client)).isNull();
        assertThat(loop.open(one.key(), SessionId.mint(0), 1, "tcp", "x", Bytes.EMPTY, new Heard()))
                .isNull();
        trunks.members(one);
        assertThat(loop.assign(client)).isNotNull();
    }

    @Test
    void saysThatAllAreFullWhenTheyAre() {
        one.limit = 1;
        trunks.members(one);
        one.welcome();
        loop.open(one.key(), SessionId.mint(0), 1, "tcp", "x", Bytes.EMPTY, new Heard());
        assertThat(loop.assign(client)).isNull();
        assertThat(loop.assign(0)).isNull();
        assertThat(loop.whyNone()).isEqualTo(Reason.ALL_FULL);
    }

    @Test
    void countsWhatTheNodeSaysOfOtherBalancers() {
        one.limit = 10;
        trunks.members(one);
        one.welcome();
        one.say(new Frame.Load(10));
        assertThat(loop.assign(client)).isNull();
        one.say(new Frame.Load(9));
        assertThat(loop.assign(client)).isNotNull();
    }

    @Test
    void letsThoseWhoWaitTryAgainInOrderWhenSomethingChanges() {
        List<Integer> tried = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int waiter = i;
            loop.await(() -> tried.add(waiter));
        }
        trunks.members(one);
        assertThat(tried).containsExactly(0, 1, 2);
        one.welcome();
        assertThat(tried).as("nobody waits any more").hasSize(3);
    }

    @Test
    void aWaiterMayWaitAgainAndIsAskedOnceAChange() {
        int[] tried = new int[1];
        loop.await(new LoopTrunks.Waiter() {
            @Override
            public void retry() {
                tried[0]++;
                loop.await(this);
            }
        });
        loop.retryWaiters();
        loop.retryWaiters();
        assertThat(tried[0]).isEqualTo(2);
    }

    @Test
    @Timeout(10)
    void forgetsTwentyThousandWaitersQuickly() {
        List<LoopTrunks.Waiter> waiters = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            int waiter = i;
            waiters.add(() -> assertThat(waiter).isNegative());
        }
        waiters.forEach(loop::await);
        for (int i = waiters.size() - 1; i >= 0; i--) {
            loop.forget(waiters.get(i));
        }
        loop.retryWaiters();
        assertThat(loop.waiting()).isZero();
    }

    @Test
    void sessionsAreCountedByTheNameOfTheirNode() {
        trunks.members(one, two);
        one.welcome();
        two.welcome();
        loop.open(one.key(), SessionId.mint(0), 1, "tcp", "x", Bytes.EMPTY, new Heard());
        assertThat(trunks.trunks().sessionsByNode()).containsEntry("node-1", 1L).containsEntry("node-2", 0L);
    }
}
