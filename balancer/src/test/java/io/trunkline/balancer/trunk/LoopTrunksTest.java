package io.trunkline.balancer.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.balancer.assign.Assignment;
import io.trunkline.balancer.assign.ByAffinity;
import io.trunkline.balancer.assign.ClientKey;
import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.balancer.assign.Placement.Place;
import io.trunkline.balancer.assign.PolicyName;
import io.trunkline.balancer.assign.RoundRobin;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.metrics.Readiness;
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
        assertThat(loop.assign(client, now())).isNull();
        assertThat(loop.place(0, true, now())).isNull();
        assertThat(loop.whyNone(false)).isEqualTo(Reason.NO_NODE);
    }

    @Test
    void assignsToNodesThatHaveLetItInAndHostSlots() {
        trunks.members(one, two);
        one.welcome();
        assertThat(loop.assign(client, now())).extracting(Assignment::node).isEqualTo(one.key());
        assertThat(loop.place(3, false, now())).isEqualTo(new Place(one.key(), false));
        assertThat(loop.place(4, false, now())).as("about to move").isNull();
        two.welcome();
        assertThat(loop.place(4, false, now())).isEqualTo(new Place(two.key(), false));
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
        assertThat(loop.place(4, true, now())).isEqualTo(new Place(one.key(), true));
        assertThat(loop.place(4, false, now()))
                .as("asked to move: waits for its slot")
                .isNull();
        assertThat(loop.place(4, false, now() - TimeUnit.SECONDS.toNanos(3)))
                .as("but not for ever")
                .isEqualTo(new Place(one.key(), true));
    }

    @Test
    void aNodeThatRefusesConnectionsIsNotWaitedForAlthoughItIsAMember() {
        trunks.members(one, two);
        one.welcome();
        two.welcome();
        two.die();
        assertThat(loop.place(4, true, now())).isEqualTo(new Place(one.key(), true));
        assertThat(loop.place(4, false, now())).isEqualTo(new Place(one.key(), true));
    }

    @Test
    void aTrunkThatBreaksIsWaitedForWhileItsNodeAnswers() {
        trunks.members(one, two);
        one.welcome();
        two.welcome();
        two.hangUp();
        assertThat(loop.place(4, true, now())).isNull();
        two.welcome();
        assertThat(loop.place(4, true, now())).isEqualTo(new Place(two.key(), false));
    }

    @Test
    void guestsAreSpreadAndNeverSentToAFullNode() {
        FakeNode full = trunks.node(4, 3);
        FakeNode three = trunks.node(5, 2);
        full.limit = 1;
        trunks.members(one, two, full, three);
        for (FakeNode node : List.of(one, two, full, three)) {
            node.welcome();
        }
        full.say(new Frame.Load(1, 1));
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
        for (int i = 0; i < WaitingRoom.MAX_OPENING; i++) {
            assertThat(open(one)).isNotNull();
        }
        assertThat(open(one)).isNull();
        List<Frame> opens = one.heard();
        int[] retried = new int[1];
        loop.await(() -> retried[0]++);
        opens.stream().limit(WaitingRoom.MAX_OPENING / 2).forEach(open -> one.say(new Frame.Opened(open.stream())));
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
        assertThat(loop.assign(client, now())).isNull();
        assertThat(open(one)).isNull();
        trunks.members(one);
        assertThat(loop.assign(client, now())).isNotNull();
    }

    @Test
    void saysThatAllAreFullWhenTheyAre() {
        one.limit = 1;
        trunks.members(one);
        one.welcome();
        open(one);
        assertThat(loop.assign(client, now())).isNull();
        assertThat(loop.place(0, true, now())).isNull();
        assertThat(loop.whyNone(false)).isEqualTo(Reason.ALL_FULL);
    }

    @Test
    void sessionsThatWereOpenBeforeFindRoomAboveTheLimitUpToTheCeiling() {
        one.limit = 10;
        two.limit = 10;
        trunks.members(one, two);
        one.welcome();
        two.welcome();
        one.say(new Frame.Load(10, 20));
        two.say(new Frame.Load(10, 20));
        assertThat(loop.assign(client, now())).as("a new one").isNull();
        assertThat(loop.whyNone(false)).isEqualTo(Reason.ALL_FULL);
        assertThat(trunks.trunks().readiness()).isEqualTo(Readiness.FULL);
        assertThat(loop.place(0, false, now())).isEqualTo(new Place(one.key(), false));
        two.die();
        assertThat(loop.place(4, true, now())).isEqualTo(new Place(one.key(), true));
        one.say(new Frame.Load(20, 20));
        assertThat(loop.place(4, true, now())).isNull();
        assertThat(loop.whyNone(true)).isEqualTo(Reason.ALL_FULL);
        one.say(new Frame.Load(9, 20));
        assertThat(trunks.trunks().readiness()).isEqualTo(Readiness.READY);
    }

    @Test
    void aGuestWhoseHomeIsAtItsCeilingIsAskedAgainWhenThereIsRoom() {
        two.limit = 10;
        trunks.members(one, two);
        one.welcome();
        two.welcome();
        two.say(new Frame.Load(20, 20));
        List<Boolean> asked = new ArrayList<>();
        loop.register(() -> {
            asked.add(loop.shouldGo(4, one.key()));
            return asked.get(asked.size() - 1);
        });
        loop.sendHome();
        two.say(new Frame.Load(19, 20));
        loop.sendHome();
        loop.sendHome();
        assertThat(asked).containsExactly(false, true);
    }

    @Test
    void aNodeThatHasJoinedTakesGuestsBeforeItHostsASlot() {
        FakeNode fresh = trunks.node(3);
        trunks.members(one, two, fresh);
        List.of(one, two, fresh).forEach(FakeNode::welcome);
        one.die();
        two.die();
        assertThat(loop.place(0, true, now())).isEqualTo(new Place(fresh.key(), true));
        assertThat(loop.place(7, true, now())).isEqualTo(new Place(fresh.key(), true));
    }

    @Test
    void aNewClientIsAGuestAtANodeThatHasJoinedWhenNoNodeHostsASlot() {
        FakeNode three = trunks.node(3);
        FakeNode four = trunks.node(4);
        trunks.members(one, three, four);
        List.of(one, three, four).forEach(FakeNode::welcome);
        assertThat(Objects.requireNonNull(loop.assign(client, now())).node()).isEqualTo(one.key());
        one.die();
        trunks.trunks().dead(one.key());
        assertThat(trunks.trunks().readiness()).isEqualTo(Readiness.READY);
        Set<NodeKey> nodes = new HashSet<>();
        for (int turn = 0; turn < 4; turn++) {
            Assignment place = Objects.requireNonNull(loop.assign(client, now()));
            assertThat(loop.isGuest(place)).isTrue();
            assertThat(loop.place(place.slot(), true, now()))
                    .as("where the others of its slot are")
                    .isEqualTo(new Place(place.node(), true));
            nodes.add(place.node());
        }
        assertThat(nodes).containsExactlyInAnyOrder(three.key(), four.key());
        three.host(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(loop.isGuest(Objects.requireNonNull(loop.assign(client, now()))))
                .isFalse();
    }

    @Test
    void aNewClientWhoseOwnSlotHasNoHostWaitsAWhileForItAndIsThenAGuest() {
        ClientKey bound = new ClientKey(client.source(), ByAffinity.ofSlot(5));
        TestTrunks sticky = new TestTrunks(PolicyName.ROUND_ROBIN.create());
        try {
            FakeNode host = sticky.node(1, 0, 1, 2, 3);
            sticky.members(host);
            host.welcome();
            LoopTrunks at = sticky.loopTrunks();
            assertThat(at.assign(bound, now()))
                    .as("the slot may be on the move")
                    .isNull();
            Assignment place = Objects.requireNonNull(at.assign(bound, now() - TimeUnit.MILLISECONDS.toNanos(301)));
            assertThat(place).isEqualTo(new Assignment(host.key(), 5));
            assertThat(at.isGuest(place)).isTrue();
        } finally {
            sticky.close();
        }
    }

    @Test
    void countsWhatTheNodeSaysOfOtherBalancers() {
        one.limit = 10;
        trunks.members(one);
        one.welcome();
        one.say(new Frame.Load(10, 10));
        assertThat(loop.assign(client, now())).isNull();
        one.say(new Frame.Load(9, 10));
        assertThat(loop.assign(client, now())).isNotNull();
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

    /** A session that was open before and waits. */
    private static class Session implements Waiter {
        private final List<Long> tried;
        private long active;

        Session(List<Long> tried, long active) {
            this.tried = tried;
            this.active = active;
        }

        @Override
        public void retry() {
            tried.add(active);
        }

        @Override
        public boolean known() {
            return true;
        }

        @Override
        public long activeNanos() {
            return active;
        }
    }

    @Test
    void roomGoesFirstToSessionsThatWereActiveLastThenToNewClients() {
        one.limit = 1;
        trunks.members(one);
        one.welcome();
        one.say(new Frame.Load(2, 2));
        List<Long> tried = new ArrayList<>();
        loop.await(() -> tried.add(-1L));
        Session oldest = new Session(tried, 10);
        Session later = new Session(tried, 20);
        Session woken = new Session(tried, 5);
        List.of(oldest, later, woken).forEach(loop::await);
        woken.active = 30;
        loop.await(woken);
        assertThat(loop.waiting()).isEqualTo(4);
        loop.retryWaiters();
        assertThat(tried).as("no session is asked while there is no room").containsExactly(-1L);
        tried.clear();
        one.say(new Frame.Load(0, 2));
        loop.await(() -> tried.add(-1L));
        loop.retryWaiters();
        assertThat(tried).containsExactly(30L, 20L, 10L, -1L);
        assertThat(loop.waiting()).isZero();
    }

    @Test
    void sessionsThatWaitAreNotAskedOnceTheRoomIsTaken() {
        one.limit = 2;
        trunks.members(one);
        one.welcome();
        one.say(new Frame.Load(2, 2));
        int[] opened = new int[1];
        List<Long> tried = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            loop.await(new Session(tried, i) {
                @Override
                public void retry() {
                    opened[0] += open(one) == null ? 0 : 1;
                }
            });
        }
        one.say(new Frame.Load(0, 2));
        loop.retryWaiters();
        assertThat(opened[0]).isEqualTo(2);
        assertThat(loop.waiting()).isEqualTo(998);
    }

    @Test
    void aWaiterMayWaitAgainAndIsAskedOnceAChange() {
        int[] tried = new int[1];
        loop.await(new Waiter() {
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
        List<Waiter> waiters = new ArrayList<>();
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
