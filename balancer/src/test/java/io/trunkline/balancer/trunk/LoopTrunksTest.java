package io.trunkline.balancer.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.balancer.assign.Assignment;
import io.trunkline.balancer.assign.ClientKey;
import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.balancer.assign.RoundRobin;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.session.Owner;
import io.trunkline.protocol.session.SessionId;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
        assertThat(loop.place(0, true, now())).isNull();
        assertThat(loop.whyNone()).isEqualTo(Reason.NO_NODE);
    }

    @Test
    void assignsToNodesThatHaveLetItInAndHostSlots() {
        trunks.members(one, two);
        one.welcome();
        assertThat(loop.assign(client)).extracting(Assignment::node).isEqualTo(one.key());
        assertThat(loop.place(3, false, now())).isEqualTo(new LoopTrunks.Place(one.key(), false));
        assertThat(loop.place(4, false, now())).as("about to move").isNull();
        two.welcome();
        assertThat(loop.place(4, false, now())).isEqualTo(new LoopTrunks.Place(two.key(), false));
        two.host();
        assertThat(loop.place(4, false, now())).isNull();
    }

    @Test
    void aSessionThatWasCutOffIsAGuestElsewhereAtOnce() {
        trunks.members(one, two);
        one.welcome();
        two.welcome();
        two.die();
        trunks.trunks().dead(two.key());
        assertThat(loop.place(4, true, now())).isEqualTo(new LoopTrunks.Place(one.key(), true));
        assertThat(loop.place(4, false, now()))
                .as("asked to move: waits for its slot")
                .isNull();
        assertThat(loop.place(4, false, now() - TimeUnit.SECONDS.toNanos(3)))
                .as("but not for ever")
                .isEqualTo(new LoopTrunks.Place(one.key(), true));
    }

    @Test
    void aNodeThatRefusesConnectionsIsNotWaitedForAlthoughItIsAMember() {
        trunks.members(one, two);
        one.welcome();
        two.welcome();
        two.die();
        assertThat(loop.place(4, true, now())).isEqualTo(new LoopTrunks.Place(one.key(), true));
        assertThat(loop.place(4, false, now())).isEqualTo(new LoopTrunks.Place(one.key(), true));
    }

    @Test
    void aTrunkThatBreaksIsWaitedForWhileItsNodeAnswers() {
        trunks.members(one, two);
        one.welcome();
        two.welcome();
        two.hangUp();
        assertThat(loop.place(4, true, now())).isNull();
        two.welcome();
        assertThat(loop.place(4, true, now())).isEqualTo(new LoopTrunks.Place(two.key(), false));
    }

    @Test
    void guestsAreSpreadAndNeverSentToANodeOfAnOlderVersionOrAFullOne() {
        FakeNode old = trunks.node(3);
        FakeNode full = trunks.node(4, 3);
        FakeNode three = trunks.node(5, 2);
        old.version = 1;
        full.limit = 1;
        trunks.members(one, two, old, full, three);
        for (FakeNode node : List.of(one, two, old, full, three)) {
            node.welcome();
        }
        full.say(new Frame.Load(1));
        two.die();
        Set<NodeKey> hosts = new HashSet<>();
        for (int slot = 4; slot < 8; slot++) {
            hosts.add(Objects.requireNonNull(loop.place(slot, true, now())).node());
        }
        assertThat(hosts).containsExactlyInAnyOrder(one.key(), three.key());
    }

    @Test
    void opensNoMoreThanTheNodesCanTakeAtOneTime() {
        trunks.members(one);
        one.welcome();
        for (int i = 0; i < LoopTrunks.MAX_OPENING; i++) {
            assertThat(open(one)).isNotNull();
        }
        assertThat(open(one)).isNull();
        List<Frame> opens = one.heard();
        int[] retried = new int[1];
        loop.await(() -> retried[0]++);
        opens.stream().limit(LoopTrunks.MAX_OPENING / 2).forEach(open -> one.say(new Frame.Opened(open.stream())));
        assertThat(retried[0]).isEqualTo(1);
        assertThat(open(one)).isNotNull();
    }

    @Test
    void guestsGoHomeSomeAtATimeWhenTheirSlotHasOne() {
        trunks.members(one);
        one.welcome();
        List<Integer> gone = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            int guest = i;
            loop.register(() -> gone.add(guest));
        }
        loop.sendHome();
        assertThat(gone).hasSize(250);
        loop.sendHome();
        loop.sendHome();
        assertThat(gone).hasSizeGreaterThanOrEqualTo(600);
    }

    private @Nullable EdgeStream open(FakeNode node) {
        return loop.open(
                node.key(),
                new Binding(SessionId.mint(0), 1, "tcp", "x", Bytes.EMPTY, false, "", Owner.NOBODY),
                new Heard());
    }

    private static long now() {
        return System.nanoTime();
    }

    @Test
    void assignsNothingToANodeThatIsNotFit() {
        trunks.members(one);
        one.welcome();
        trunks.update(List.of(one.unfit()));
        assertThat(loop.assign(client)).isNull();
        assertThat(open(one)).isNull();
        trunks.members(one);
        assertThat(loop.assign(client)).isNotNull();
    }

    @Test
    void saysThatAllAreFullWhenTheyAre() {
        one.limit = 1;
        trunks.members(one);
        one.welcome();
        open(one);
        assertThat(loop.assign(client)).isNull();
        assertThat(loop.place(0, true, now())).isNull();
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
        open(one);
        assertThat(trunks.trunks().sessionsByNode()).containsEntry("node-1", 1L).containsEntry("node-2", 0L);
    }
}
