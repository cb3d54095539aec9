package io.trunkline.balancer.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.balancer.assign.ClientKey;
import io.trunkline.balancer.assign.RoundRobin;
import io.trunkline.balancer.trunk.FakeNode;
import io.trunkline.balancer.trunk.TestTrunks;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.metrics.Meter;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.metrics.Readiness;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.session.SessionId;
import io.trunkline.protocol.session.SlotSet;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RelayTest {
    private static final RelaySettings SETTINGS =
            new RelaySettings(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(10), 4, 300 * 1024);

    private final TestTrunks trunks = new TestTrunks(new RoundRobin());
    private final FakeClient client = new FakeClient(trunks.loop());
    private final SessionEvents events = new SessionEvents(new Metrics());
    private final Meter meter = new Metrics().meter();
    private final Relay relay = new Relay(
            trunks.loopTrunks(),
            client,
            SETTINGS,
            meter,
            events,
            new ClientKey(InetAddress.getLoopbackAddress()),
            "tcp",
            "127.0.0.1:5");
    private final long start = System.nanoTime();

    @AfterEach
    void everySessionIsCountedOutAndNothingIsLeft() {
        assertThat(client.unflushed()).as("gathered and never sent").isFalse();
        relay.close();
        trunks.run();
        assertThat(client.account().bytes()).as("counted and not given back").isZero();
        assertThat(trunks.trunks().sessionsByNode().values()).allMatch(sessions -> sessions == 0);
        trunks.close();
    }

    // --- memory

    @Test
    void whatIsNotAnsweredAndTheStateOfTheSessionAreCounted() {
        FakeNode node = trunks.onlyNode();
        relay.message("x".repeat(50_000).getBytes(StandardCharsets.UTF_8), start);
        assertThat(client.account().bytes()).isBetween(50_000L, 50_200L);
        Frame.Open open = node.hear(Frame.Open.class);
        node.say(new Frame.Opened(open.stream()), new Frame.Checkpoint(open.stream(), Bytes.wrap(new byte[1000])));
        assertThat(client.account().bytes()).isBetween(51_000L, 51_200L);
        node.say(FakeNode.answer(open.stream(), 1, "answer"));
        assertThat(client.account().bytes()).isEqualTo(1000);
    }

    @Test
    void whenMemoryIsTightAClientThatHoldsMuchIsSentNoMoreThanIsUnderWay() {
        FakeNode node = trunks.onlyNode();
        relay.message("x".repeat(50_000).getBytes(StandardCharsets.UTF_8), start);
        Frame.Open open = node.hear(Frame.Open.class);
        node.say(new Frame.Opened(open.stream()));
        long others = client.memory.budget().limit() / 100 * 75;
        client.memory.budget().take(others);
        client.memory.of(trunks.loop()).act(start);
        node.heard();
        for (int i = 0; i < 4; i++) {
            node.say(FakeNode.data(open.stream(), 1, false, "y".repeat(16 * 1024)));
        }
        assertThat(node.heard()).isEmpty();
        client.memory.budget().giveBack(others);
        client.memory.of(trunks.loop()).act(start);
        relay.tick(start);
        trunks.run();
        assertThat(node.hear(Frame.Credit.class).bytes()).isEqualTo(64 * 1024);
        client.breakOff();
        client.flush();
    }

    @Test
    void aFailureOfOneClientEndsItsStreamAndNotTheTrunk() {
        FakeNode node = trunks.onlyNode();
        relay.message("{}".getBytes(StandardCharsets.UTF_8), start);
        Frame.Open open = node.hear(Frame.Open.class);
        node.say(new Frame.Opened(open.stream()));
        node.heard();
        client.failure = new OutOfMemoryError("Cannot reserve 16777216 bytes of direct buffer memory");
        node.say(FakeNode.answer(open.stream(), 1, "answer"));
        assertThat(client.broken).isEqualTo(1);
        assertThat(node.hear(Frame.Reset.class).stream()).isEqualTo(open.stream());
        assertThat(trunks.trunks().readiness()).isEqualTo(Readiness.READY);
        assertThat(client.metrics.counter("trunkline.memory.failed.allocations").total())
                .isEqualTo(1);
    }

    // --- finding a node

    @Test
    void aClientThatSaysNothingHasNoStream() {
        FakeNode node = trunks.onlyNode();
        relay.tick(at(3_600));
        assertThat(node.heard()).isEmpty();
        assertThat(client.refusals).isEmpty();
    }

    @Test
    void theFirstMessageOpensAStreamAndFollowsWhenItIsOpen() {
        FakeNode node = trunks.onlyNode();
        say(request(1));
        Frame.Open open = node.hear(Frame.Open.class);
        assertThat(open.epoch()).isEqualTo(1);
        assertThat(open.transport()).isEqualTo("tcp");
        assertThat(open.remote()).isEqualTo("127.0.0.1:5");
        assertThat(open.checkpoint()).isEqualTo(Bytes.EMPTY);
        assertThat(SessionId.slotOf(open.session())).isBetween(0, 7);
        assertThat(client.paused).isTrue();
        node.say(new Frame.Opened(open.stream()));
        assertThat(FakeNode.text(node.hear(Frame.Data.class))).isEqualTo(request(1));
        assertThat(client.paused).isFalse();
    }

    @Test
    void waitsForANodeToCome() {
        say(request(1));
        assertThat(client.paused).isTrue();
        relay.tick(at(4.9));
        FakeNode node = trunks.onlyNode();
        assertThat(node.heard()).hasAtLeastOneElementOfType(Frame.Open.class);
        assertThat(client.refusals).isEmpty();
    }

    @Test
    void waitsNoLongerThanTheQueueDeadlineAndThenSaysThatThereIsNoNode() {
        say(request(1), notification(), request(2));
        relay.tick(at(4.9));
        assertThat(client.refusals).isEmpty();
        relay.tick(at(5.1));
        assertThat(client.refusals).containsExactly(Refusal.of(Reason.NO_NODE));
        assertThat(client.lastWords).hasSize(2);
        assertThat(client.lastWords.get(0)).contains("\"id\":1,", "\"reason\":\"no_node\"", "\"retryable\":true");
        assertThat(client.lastWords.get(1)).contains("\"id\":2,");
        assertThat(trunks.loopTrunks().whyNone(false)).isEqualTo(Reason.NO_NODE);
    }

    @Test
    void saysThatAllAreFull() {
        FakeNode node = trunks.onlyNode();
        node.say(new Frame.Load(25_000, 25_000));
        say(request(1));
        relay.tick(at(5.1));
        assertThat(client.refusals).containsExactly(Refusal.of(Reason.ALL_FULL));
        assertThat(node.heard()).isEmpty();
    }

    @Test
    void waitsNoLongerThanTheQueueDeadlineWhenNodesKeepRefusing() {
        FakeNode node = trunks.onlyNode();
        say(request(1));
        for (int attempt = 1; attempt <= 20; attempt++) {
            node.say(new Frame.Reset(node.hear(Frame.Open.class).stream(), Reason.NODE_FULL, 0, ""));
            assertThat(node.heard())
                    .as("nothing is tried before something changes")
                    .isEmpty();
            trunks.loopTrunks().retryWaiters();
        }
        node.say(new Frame.Reset(node.hear(Frame.Open.class).stream(), Reason.NODE_FULL, 0, ""));
        relay.tick(at(5.1));
        assertThat(client.refusals).hasSize(1);
    }

    @Test
    void aNodeThatNeverOpensIsGivenUp() {
        FakeNode node = trunks.onlyNode();
        say(request(1));
        int stream = node.hear(Frame.Open.class).stream();
        relay.tick(at(9.9));
        assertThat(client.refusals).isEmpty();
        relay.tick(at(10.5));
        assertThat(client.refusals).containsExactly(Refusal.of(Reason.TIMED_OUT));
        assertThat(client.lastWords).singleElement().asString().contains("\"id\":1,");
        assertThat(node.hear(Frame.Reset.class).stream()).isEqualTo(stream);
    }

    @ParameterizedTest
    @EnumSource(names = {"NODE_FULL", "DRAINING", "NOT_HOSTED"})
    void aRefusedOpenIsTriedAgainElsewhere(Reason reason) {
        FakeNode one = trunks.node(1, 0, 1, 2, 3);
        FakeNode two = trunks.node(2, 4, 5, 6, 7);
        trunks.members(one, two);
        one.welcome();
        say(request(1));
        Frame.Open first = one.hear(Frame.Open.class);
        one.say(new Frame.GoAway(Reason.DRAINING, ""), new Frame.Reset(first.stream(), reason, 0, ""));
        assertThat(client.refusals).isEmpty();
        two.welcome();
        List<Frame> heard = two.heard();
        assertThat(heard).hasSize(1);
        Frame.Open second = (Frame.Open) heard.get(0);
        assertThat(second.session()).as("nobody knows the first session").isNotEqualTo(first.session());
        assertThat(SessionId.slotOf(second.session())).isGreaterThan(3);
        two.say(new Frame.Opened(second.stream()));
        assertThat(FakeNode.text(two.hear(Frame.Data.class))).isEqualTo(request(1));
    }

    @Test
    void anOpenWhoseTrunkIsLostIsTriedAgain() {
        FakeNode one = trunks.node(1, 0, 1, 2, 3);
        FakeNode two = trunks.node(2, 4, 5, 6, 7);
        trunks.members(one, two);
        one.welcome();
        say(request(1));
        one.hear(Frame.Open.class);
        one.die();
        assertThat(client.refusals).isEmpty();
        two.welcome();
        assertThat(two.heard()).singleElement().isInstanceOf(Frame.Open.class);
    }

    @Test
    void aClientThatVanishesWhileItWaitsIsForgotten() {
        say(request(1));
        relay.close();
        FakeNode node = trunks.onlyNode();
        assertThat(node.heard()).isEmpty();
        relay.tick(at(60));
        assertThat(client.refusals).isEmpty();
    }

    @Test
    void aClientThatVanishesWhileItsStreamOpensEndsIt() {
        FakeNode node = trunks.onlyNode();
        say(request(1));
        int stream = node.hear(Frame.Open.class).stream();
        relay.close();
        assertThat(node.hear(Frame.Reset.class)).isEqualTo(new Frame.Reset(stream, Reason.CLOSED, 0, ""));
        node.say(new Frame.Opened(stream));
        assertThat(node.heard()).isEmpty();
    }

    // --- messages

    @Test
    void everyMessageGoesOutOnceAndInOrderAndEndsOnce() {
        FakeNode node = trunks.onlyNode();
        int stream = opened(node, request(1));
        say(request(2), notification(), request(3));
        List<Frame> heard = node.heard();
        assertThat(heard).extracting(FakeNode::text).containsExactly(request(2), notification(), request(3));
        assertThat(heard).extracting(frame -> ((Frame.Data) frame).number()).containsExactly(2, 3, 4);
        node.say(FakeNode.answer(stream, 2, "two"), new Frame.Done(stream, 3));
        assertThat(relay.busy()).isTrue();
        node.say(FakeNode.answer(stream, 1, "one"), FakeNode.answer(stream, 4, "four"));
        assertThat(relay.busy()).isFalse();
        assertThat(client.lines).containsExactly("two", "one", "four");
        assertThat(client.flushes).as("one for each turn").isEqualTo(2);
        assertThat(client.settled).isPositive();
    }

    @Test
    void messagesOfTheNodesOwnSettleNothing() {
        FakeNode node = trunks.onlyNode();
        int stream = opened(node, request(1));
        node.say(FakeNode.answer(stream, 0, "notice"));
        assertThat(client.lines).containsExactly("notice");
        assertThat(relay.busy()).isTrue();
        assertThat(client.settled).isZero();
    }

    @Test
    void largeMessagesArriveInPieces() {
        FakeNode node = trunks.onlyNode();
        int stream = opened(node, request(1));
        node.say(FakeNode.data(stream, 1, false, "half and "), FakeNode.data(stream, 1, false, "half"));
        assertThat(relay.busy()).isTrue();
        node.say(FakeNode.data(stream, 1, true, "!"));
        assertThat(client.lines).containsExactly("half and half!");
        assertThat(relay.busy()).isFalse();
    }

    @Test
    void messagesAfterTheEndArePassedOver() {
        FakeNode node = trunks.onlyNode();
        opened(node, request(1));
        relay.refuse(Refusal.of(Reason.IDLE));
        node.heard();
        say(request(2));
        relay.refuse(Refusal.of(Reason.IDLE));
        relay.close();
        assertThat(node.heard()).isEmpty();
        assertThat(client.refusals).hasSize(1);
    }

    // --- back-pressure

    @Test
    void readsTheClientNoMoreWhileTooManyMessagesAreUnanswered() {
        FakeNode node = trunks.onlyNode();
        int stream = opened(node, request(1));
        say(request(2), request(3));
        assertThat(client.paused).isFalse();
        assertThat(relay.takesMore()).isTrue();
        say(request(4));
        assertThat(client.paused).isTrue();
        assertThat(relay.takesMore()).isFalse();
        node.say(new Frame.Done(stream, 3));
        assertThat(client.paused).isFalse();
        assertThat(relay.takesMore()).isTrue();
    }

    @Test
    void readsTheClientNoMoreWhileTheNodeTakesNothing() {
        FakeNode node = trunks.onlyNode();
        int stream = opened(node, request(1));
        String large = "{" + " ".repeat(TestTrunks.WINDOW + 100) + "}";
        say(large);
        assertThat(client.paused).isTrue();
        assertThat(node.heard()).isNotEmpty();
        node.say(new Frame.Credit(stream, 1_000));
        assertThat(client.paused).isFalse();
        assertThat(((Frame.Data) node.heard().get(0)).last()).isTrue();
    }

    @Test
    void readsTheClientNoMoreWhileTheTrunkIsClogged() {
        FakeNode node = trunks.onlyNode();
        opened(node, request(1));
        node.clogged(true);
        say(request(2));
        assertThat(client.paused).isTrue();
        node.clogged(false);
        assertThat(client.paused).isFalse();
        assertThat(FakeNode.text(node.hear(Frame.Data.class))).isEqualTo(request(2));
    }

    @Test
    void grantsTheNodeNothingWhileTheClientDoesNotRead() {
        FakeNode node = trunks.onlyNode();
        int stream = opened(node, request(1));
        client.writable = false;
        String piece = "x".repeat(16 * 1024);
        for (int i = 0; i < 3; i++) {
            node.say(FakeNode.answer(stream, 0, piece));
        }
        assertThat(node.heard()).isEmpty();
        client.writable = true;
        relay.onWritable();
        assertThat(node.hear(Frame.Credit.class)).isEqualTo(new Frame.Credit(stream, 3 * 16 * 1024));
        relay.onWritable();
        assertThat(node.heard()).isEmpty();
    }

    // --- the cluster is full

    @Test
    void aSessionThatLosesItsNodeIsTakenByOneThatTakesNothingNew() {
        FakeNode full = trunks.node(1, 0, 1, 2, 3);
        FakeNode lost = trunks.node(2, 4, 5, 6, 7);
        openedOnSecond(full, lost);
        full.say(new Frame.Load(10, 20));
        lost.die();
        Frame.Open again = full.hear(Frame.Open.class);
        assertThat(again.epoch()).isEqualTo(2);
        assertThat(again.guest()).isTrue();
    }

    @Test
    void aSessionWithoutRoomWaitsForAsLongAsItTakesAndOnlyItsRequestsAreRefused() {
        FakeNode full = trunks.node(1, 0, 1, 2, 3);
        FakeNode lost = trunks.node(2, 4, 5, 6, 7);
        openedOnSecond(full, lost);
        full.say(new Frame.Load(20, 20));
        lost.die();
        relay.tick(at(7_200));
        assertThat(client.refusals).isEmpty();
        relay.message(request(2).getBytes(StandardCharsets.UTF_8), at(7_200));
        relay.tick(at(7_229));
        assertThat(client.lines).isEmpty();
        relay.tick(at(7_231));
        assertThat(client.lines).singleElement().asString().contains("\"id\":2,", "\"reason\":\"all_full\"");
        assertThat(client.refusals).isEmpty();
        assertThat(full.heard()).isEmpty();
        full.say(new Frame.Load(19, 20));
        trunks.loopTrunks().retryWaiters();
        assertThat(full.hear(Frame.Open.class).epoch()).isEqualTo(2);
    }

    private void openedOnSecond(FakeNode full, FakeNode lost) {
        full.limit = 10;
        trunks.members(lost);
        lost.welcome();
        int stream = opened(lost, request(1));
        lost.say(new Frame.Done(stream, 1));
        trunks.members(full, lost);
        full.welcome();
        full.heard();
    }

    @Test
    void theFirstMessageIsServedAsAGuestWhileNoNodeHostsASlot() {
        FakeNode joined = trunks.node(1);
        trunks.members(joined);
        joined.welcome();
        say(request(1));
        Frame.Open open = joined.hear(Frame.Open.class);
        assertThat(open.guest()).isTrue();
        assertThat(open.epoch()).isEqualTo(1);
        joined.say(new Frame.Opened(open.stream()));
        assertThat(FakeNode.text(joined.hear(Frame.Data.class))).isEqualTo(request(1));
        joined.host(0, 1, 2, 3, 4, 5, 6, 7);
        trunks.loopTrunks().sendHome();
        assertThat(joined.heard()).as("its slot has come to it").isEmpty();
    }

    // --- the session moves

    @Test
    void aMovedSessionGoesOnWhereItsSlotIsNow() {
        FakeNode one = trunks.node(1, 0, 1, 2, 3, 4, 5, 6, 7);
        FakeNode two = trunks.node(2);
        trunks.members(one, two);
        one.welcome();
        two.welcome();
        say(request(1));
        Frame.Open first = one.hear(Frame.Open.class);
        one.say(new Frame.Opened(first.stream()), new Frame.Checkpoint(first.stream(), Bytes.wrap(new byte[] {9})));
        say(request(2), request(3), notification());
        one.heard();
        two.heard();
        one.say(FakeNode.answer(first.stream(), 1, "one"));
        one.host();
        one.say(new Frame.Reset(first.stream(), Reason.MOVED, 2, ""));
        assertThat(client.refusals).isEmpty();
        assertThat(client.lines).hasSize(1);
        assertThat(client.paused).isTrue();
        two.host(0, 1, 2, 3, 4, 5, 6, 7);
        Frame.Open second = two.hear(Frame.Open.class);
        assertThat(second.session()).isEqualTo(first.session());
        assertThat(second.epoch()).isEqualTo(2);
        assertThat(second.checkpoint()).isEqualTo(Bytes.wrap(new byte[] {9}));
        two.say(new Frame.Opened(second.stream()));
        List<Frame> again = two.heard();
        assertThat(again).extracting(FakeNode::text).containsExactly(request(2), request(3), notification());
        assertThat(again).extracting(frame -> ((Frame.Data) frame).number()).containsExactly(2, 3, 4);
        assertThat(again)
                .as("what the first node took up may have run")
                .extracting(frame -> ((Frame.Data) frame).repeated())
                .containsExactly(true, false, false);
        assertThat(second.lost()).isEqualTo("node-1");
        assertThat(client.paused).isFalse();
    }

    @Test
    void aMovedSessionKeepsItsIdThroughRefusedOpens() {
        FakeNode node = trunks.onlyNode();
        int stream = opened(node, request(1));
        node.say(new Frame.Reset(stream, Reason.MOVED, 0, ""));
        Frame.Open second = node.hear(Frame.Open.class);
        node.say(new Frame.Reset(second.stream(), Reason.NOT_HOSTED, 0, ""));
        trunks.loopTrunks().retryWaiters();
        Frame.Open third = node.hear(Frame.Open.class);
        assertThat(third.session()).isEqualTo(second.session());
        assertThat(third.epoch()).isGreaterThan(second.epoch());
    }

    @Test
    void aRequestWaitsNoLongerThanTheMoveDeadlineAndTheClientStays() {
        FakeNode node = trunks.onlyNode();
        int stream = opened(node, request(1));
        node.say(FakeNode.answer(stream, 1, "one"));
        say(request(2));
        node.say(new Frame.Slots(99, SlotSet.EMPTY), new Frame.Reset(stream, Reason.MOVED, 1, ""));
        node.die();
        relay.message(request(3).getBytes(StandardCharsets.UTF_8), at(20));
        relay.tick(at(29));
        assertThat(client.lines).containsExactly("one");
        relay.tick(at(31));
        assertThat(client.lines).hasSize(2);
        assertThat(client.lines.get(1))
                .contains("\"id\":2,", "\"reason\":\"no_node\"", "\"executed\":\"no\"", "\"node\":\"node-1\"");
        relay.tick(at(51));
        assertThat(client.lines).hasSize(3);
        assertThat(client.lines.get(2)).contains("\"id\":3,");
        assertThat(client.refusals).isEmpty();
        assertThat(client.paused).isFalse();
    }

    @Test
    void anAnswerThatIsCutByAMoveIsTakenBack() {
        FakeNode node = trunks.onlyNode();
        int stream = opened(node, request(1));
        node.say(FakeNode.data(stream, 1, false, "{\"half"));
        node.say(new Frame.Reset(stream, Reason.MOVED, 1, ""));
        assertThat(client.lines).isEmpty();
        assertThat(client.begun).isEmpty();
        Frame.Open again = node.hear(Frame.Open.class);
        node.say(new Frame.Opened(again.stream()), FakeNode.answer(again.stream(), 1, "whole"));
        assertThat(client.lines).containsExactly("whole");
    }

    @Test
    void theNextStreamIsGrantedNothingForBytesOfTheFormer() {
        FakeNode node = trunks.onlyNode();
        int stream = opened(node, request(1));
        client.writable = false;
        node.say(FakeNode.answer(stream, 0, "x".repeat(16 * 1024)), FakeNode.answer(stream, 0, "x".repeat(16 * 1024)));
        node.say(new Frame.Reset(stream, Reason.MOVED, 0, ""));
        Frame.Open second = node.hear(Frame.Open.class);
        node.say(new Frame.Opened(second.stream()));
        node.heard();
        client.writable = true;
        relay.onWritable();
        assertThat(node.heard()).isEmpty();
    }

    // --- the end

    @Test
    void aSessionWhoseNodeIsLostGoesOnAsAGuest() {
        FakeNode one = trunks.node(1, 0, 1, 2, 3, 4, 5, 6, 7);
        FakeNode two = trunks.node(2);
        trunks.members(one, two);
        one.welcome();
        two.welcome();
        say(request(1));
        Frame.Open first = one.hear(Frame.Open.class);
        one.say(new Frame.Opened(first.stream()), new Frame.Checkpoint(first.stream(), Bytes.wrap(new byte[] {9})));
        one.say(FakeNode.answer(first.stream(), 1, "one"), FakeNode.data(first.stream(), 2, false, "{\"half"));
        say(request(2), notification());
        two.host(7);
        two.heard();
        one.die();
        Frame.Open second = two.hear(Frame.Open.class);
        assertThat(second.session()).isEqualTo(first.session());
        assertThat(second.epoch()).isEqualTo(2);
        assertThat(second.guest()).isTrue();
        assertThat(second.lost()).isEqualTo("node-1");
        assertThat(second.checkpoint()).isEqualTo(Bytes.wrap(new byte[] {9}));
        say(request(3));
        two.say(new Frame.Opened(second.stream()));
        List<Frame> again = two.heard();
        assertThat(again).extracting(FakeNode::text).containsExactly(request(2), notification(), request(3));
        assertThat(again).extracting(frame -> ((Frame.Data) frame).repeated()).containsExactly(true, true, false);
        two.say(FakeNode.answer(second.stream(), 2, "two"), FakeNode.answer(second.stream(), 4, "three"));
        assertThat(client.lines).containsExactly("one", "two", "three");
        assertThat(client.refusals).isEmpty();
    }

    @Test
    void aGuestGoesHomeWhenItsSlotHasOne() {
        FakeNode one = trunks.node(1, 0, 1, 2, 3, 4, 5, 6, 7);
        FakeNode two = trunks.node(2, 0);
        trunks.members(one, two);
        one.welcome();
        say(request(1));
        Frame.Open first = one.hear(Frame.Open.class);
        one.say(new Frame.Opened(first.stream()), FakeNode.answer(first.stream(), 1, "one"));
        two.welcome();
        two.host();
        two.host(7);
        two.heard();
        one.die();
        Frame.Open second = two.hear(Frame.Open.class);
        two.say(new Frame.Opened(second.stream()));
        one.comeBack();
        one.welcome();
        one.heard();
        two.heard();
        trunks.loopTrunks().sendHome();
        trunks.loopTrunks().sendHome();
        assertThat(two.hear(Frame.Release.class).stream()).isEqualTo(second.stream());
        two.say(new Frame.Reset(second.stream(), Reason.MOVED, 0, ""));
        Frame.Open third = one.hear(Frame.Open.class);
        assertThat(third.guest()).isFalse();
        assertThat(third.epoch()).isEqualTo(3);
        assertThat(third.session()).isEqualTo(first.session());
        one.say(new Frame.Opened(third.stream()));
        trunks.loopTrunks().sendHome();
        assertThat(one.heard()).isEmpty();
        assertThat(events.of(first.session()))
                .extracting(event -> event.kind() + " " + event.node() + " " + event.epoch())
                .containsExactly("OPENED node-1 1", "LOST node-1 1", "GUEST node-2 2", "HOME node-1 3");
    }

    @Test
    void aGuestLeavesANodeThatDrainsAlthoughItsSlotHasNoHome() {
        FakeNode one = trunks.node(1, 0, 1, 2, 3, 4, 5, 6);
        FakeNode two = trunks.node(2);
        FakeNode three = trunks.node(3);
        trunks.members(one, two, three);
        one.welcome();
        say(request(1));
        Frame.Open first = one.hear(Frame.Open.class);
        one.say(new Frame.Opened(first.stream()), FakeNode.answer(first.stream(), 1, "one"));
        two.welcome();
        two.host(7);
        two.heard();
        one.die();
        Frame.Open second = two.hear(Frame.Open.class);
        two.say(new Frame.Opened(second.stream()));
        trunks.trunks().dead(one.key());
        trunks.loopTrunks().sendHome();
        assertThat(two.heard()).isEmpty();
        three.welcome();
        three.host(6);
        two.say(new Frame.GoAway(Reason.DRAINING, ""));
        trunks.loopTrunks().sendHome();
        assertThat(two.hear(Frame.Release.class).stream()).isEqualTo(second.stream());
    }

    @Test
    void aMessageThatHasLostTwoNodesIsNotRunByAThird() {
        FakeNode node = trunks.onlyNode();
        opened(node, request(1));
        Frame.Data second = afterItsLoss(node);
        assertThat(second.repeated()).isTrue();
        assertThat(second.spent()).isFalse();
        say(request(2));
        node.heard();
        comeBack(node);
        List<Frame> third = node.heard();
        assertThat(third).extracting(FakeNode::text).containsExactly(request(1), request(2));
        assertThat(third).extracting(frame -> ((Frame.Data) frame).losses()).containsExactly(2, 1);
        assertThat(third).extracting(frame -> ((Frame.Data) frame).spent()).containsExactly(true, false);
        assertThat(client.lines).isEmpty();
        assertThat(client.refusals).isEmpty();
    }

    @Test
    void aMessageThatHasLostTwoNodesIsAnsweredWhenThereIsNoThird() {
        FakeNode node = trunks.onlyNode();
        opened(node, request(1));
        afterItsLoss(node);
        node.die();
        relay.tick(at(31));
        assertThat(client.lines)
                .singleElement()
                .asString()
                .contains("\"reason\":\"node_lost\"", "\"executed\":\"unknown\"", "\"attempts\":2");
        assertThat(client.refusals).isEmpty();
    }

    @Test
    void anOrderlyMoveIsNoAttempt() {
        FakeNode node = trunks.onlyNode();
        int stream = opened(node, request(1));
        for (int move = 1; move <= 5; move++) {
            node.say(new Frame.Reset(stream, Reason.MOVED, 1, ""));
            stream = node.hear(Frame.Open.class).stream();
            node.say(new Frame.Opened(stream));
            Frame.Data again = node.hear(Frame.Data.class);
            assertThat(again.repeated()).isTrue();
            assertThat(again.spent()).isFalse();
        }
    }

    /** The node is lost and comes back: what it is sent first. */
    private Frame.Data afterItsLoss(FakeNode node) {
        comeBack(node);
        return node.hear(Frame.Data.class);
    }

    private static void comeBack(FakeNode node) {
        node.hangUp();
        node.welcome();
        node.say(new Frame.Opened(node.hear(Frame.Open.class).stream()));
    }

    @Test
    void aClientWhoseNodesAreAllLostIsToldAndStaysAndGoesOnLater() {
        FakeNode node = trunks.onlyNode();
        opened(node, request(1));
        say(notification(), "[" + request(2) + "," + request(3) + "]", "{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":{}}");
        node.die();
        relay.tick(at(31));
        assertThat(client.refusals).isEmpty();
        assertThat(client.lines).hasSize(2);
        assertThat(client.lines.get(0))
                .contains("\"id\":1,", "\"reason\":\"node_lost\"", "\"executed\":\"unknown\"", "\"node\":\"node-1\"");
        assertThat(client.lines.get(1))
                .startsWith("[{")
                .contains("\"id\":2,", "\"id\":3,")
                .endsWith("}]");
        say(request(4));
        node.comeBack();
        node.welcome();
        Frame.Open open = node.hear(Frame.Open.class);
        node.say(new Frame.Opened(open.stream()));
        assertThat(FakeNode.text(node.hear(Frame.Data.class))).isEqualTo(request(4));
    }

    @Test
    void aClientThatHasAskedNothingNoticesNothing() {
        FakeNode node = trunks.onlyNode();
        int stream = opened(node, request(1));
        node.say(FakeNode.answer(stream, 1, "one"));
        node.die();
        relay.tick(at(3_600));
        assertThat(client.lines).containsExactly("one");
        assertThat(client.refusals).isEmpty();
    }

    @Test
    void aSessionThatIsOpenedAndRefusedAtOnceGoesOn() {
        FakeNode node = trunks.onlyNode();
        int stream = opened(node, request(1));
        node.say(new Frame.Reset(stream, Reason.NOT_HOSTED, 0, ""));
        assertThat(client.refusals).isEmpty();
        Frame.Open again = node.hear(Frame.Open.class);
        node.say(new Frame.Opened(again.stream()));
        Frame.Data repeated = node.hear(Frame.Data.class);
        assertThat(repeated.repeated()).isTrue();
        assertThat(FakeNode.text(repeated)).isEqualTo(request(1));
    }

    @Test
    void aSessionWhoseActorFailsGoesOnButNotForEver() {
        FakeNode node = trunks.onlyNode();
        int stream = opened(node, request(1));
        for (int failure = 1; failure <= 3; failure++) {
            node.say(new Frame.Reset(stream, Reason.INTERNAL, 1, "the session ended"));
            stream = node.hear(Frame.Open.class).stream();
            node.say(new Frame.Opened(stream));
            node.heard();
        }
        assertThat(client.refusals).isEmpty();
        node.say(new Frame.Reset(stream, Reason.INTERNAL, 1, "the session ended"));
        assertThat(client.refusals).containsExactly(new Refusal(Reason.INTERNAL, "the session ended"));
    }

    @Test
    void aNodeThatEndsTheStreamIsQuoted() {
        FakeNode node = trunks.onlyNode();
        int stream = opened(node, request(1));
        node.say(
                FakeNode.answer(stream, 0, "notice"),
                new Frame.Reset(stream, Reason.BAD_CHECKPOINT, 1, "the session ended"));
        assertThat(client.refusals).containsExactly(new Refusal(Reason.BAD_CHECKPOINT, "the session ended"));
        assertThat(client.lastWords)
                .singleElement()
                .asString()
                .contains("\"id\":1,", "\"code\":-32603", "the session ended");
    }

    @Test
    void aClientThatLeavesEndsItsStream() {
        FakeNode node = trunks.onlyNode();
        int stream = opened(node, request(1));
        relay.close();
        relay.close();
        assertThat(node.hear(Frame.Reset.class)).isEqualTo(new Frame.Reset(stream, Reason.CLOSED, 0, ""));
        assertThat(trunks.trunks().sessionsByNode()).containsEntry("node-1", 0L);
    }

    @Test
    void everyByteOfAnAnswerIsCountedAndTheAnswerOnce() {
        FakeNode node = trunks.onlyNode();
        int stream = opened(node, request(1));
        node.say(
                FakeNode.data(stream, 1, false, "x".repeat(16 * 1024)),
                FakeNode.data(stream, 1, false, "x".repeat(16 * 1024)),
                FakeNode.answer(stream, 1, "end"));
        assertThat(meter.traffic().bytesOut()).isEqualTo(2 * 16 * 1024 + 3);
        assertThat(meter.traffic().messagesOut()).isEqualTo(1);
    }

    private int opened(FakeNode node, String first) {
        say(first);
        int stream = node.hear(Frame.Open.class).stream();
        node.say(new Frame.Opened(stream));
        node.heard();
        return stream;
    }

    private void say(String... messages) {
        for (String message : messages) {
            relay.message(message.getBytes(StandardCharsets.UTF_8), start);
        }
        trunks.run();
    }

    private long at(double seconds) {
        return start + (long) (seconds * 1e9);
    }

    private static String request(int id) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"ping\"}";
    }

    private static String notification() {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}";
    }
}
