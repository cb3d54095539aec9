package io.trunkline.node.trunk;

import static io.trunkline.node.trunk.EmbeddedEdge.data;
import static io.trunkline.node.trunk.EmbeddedEdge.hello;
import static io.trunkline.node.trunk.TestTrunks.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.trunkline.node.session.Outlet;
import io.trunkline.node.session.Session;
import io.trunkline.protocol.codec.FrameCodec;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.session.Owner;
import io.trunkline.protocol.session.SessionId;
import io.trunkline.protocol.session.SlotSet;
import io.trunkline.protocol.trunk.ClusterSecret;
import io.trunkline.protocol.trunk.TrunkEnd;
import io.trunkline.protocol.trunk.TrunkListener;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of a trunk: who is let in, what ends it, and what it leaves behind. Streams have {@link NodeStreamTest}. */
class NodeTrunkTest {
    private final TestTrunks node = new TestTrunks();
    private final TestInbox<Session.Command> session = TestInbox.create();

    @AfterEach
    void close() {
        node.close();
    }

    static Stream<Frame> neverSaidByAnEdge() {
        return Stream.of(
                hello("balancer-1"),
                new Frame.Challenge(1, ClusterSecret.nonce(), ClusterSecret.nonce(), "node-1", 1),
                new Frame.Proof(ClusterSecret.nonce()),
                new Frame.Welcome(256, 1, 1024),
                new Frame.Slots(1, SlotSet.of(3)),
                new Frame.Load(1, TestTrunks.CEILING),
                new Frame.Opened(1),
                new Frame.Done(1, 1),
                new Frame.Checkpoint(1, Bytes.EMPTY));
    }

    static Stream<Frame> ofStreamsThatNeverWere() {
        return Stream.of(
                data(2, 1, true, "x"),
                data(3, 1, false, "x"),
                new Frame.Credit(2, 1),
                new Frame.Credit(Integer.MAX_VALUE, 1),
                new Frame.Release(2),
                new Frame.Reset(2, Reason.CLOSED, 0, ""),
                new Frame.Reset(Integer.MIN_VALUE, Reason.CLOSED, 0, ""));
    }

    // --- letting in

    @Test
    void welcomesAnEdgeAndTellsItTheSlotsAndTheLoad() {
        try (EmbeddedEdge edge = new EmbeddedEdge(node)) {
            Frame.Hello hello = hello("balancer-1");
            edge.say(hello);
            Frame.Challenge challenge = (Frame.Challenge) edge.heard().get(0);
            edge.say(new Frame.Proof(TestTrunks.SECRET.ofEdge(hello, challenge)));

            assertThat(edge.heard())
                    .containsExactly(
                            new Frame.Welcome(256, 3, TestTrunks.WINDOW),
                            new Frame.Load(0, TestTrunks.CEILING),
                            new Frame.Slots(10, SlotSet.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)));
            tick(edge);
            assertThat(edge.heard()).isEmpty();
        }
    }

    @Test
    void tellsAnEdgeHowManySessionsCameThroughOthersWhenThatChanges() {
        try (EmbeddedEdge edge = EmbeddedEdge.letIn(node);
                EmbeddedEdge other = EmbeddedEdge.letIn(node, "balancer-2")) {
            tick(edge);
            other.say(open(1), open(2));
            edge.say(open(1));
            edge.heard();
            tick(edge);
            assertThat(edge.heard()).containsExactly(new Frame.Load(2, TestTrunks.CEILING));
            tick(edge);
            assertThat(edge.heard()).isEmpty();
        }
    }

    @Test
    void takesAGuestWhoseSlotIsNotHereOnlyWhenTheEdgeSaysSo() {
        try (EmbeddedEdge edge = EmbeddedEdge.letIn(node)) {
            String elsewhere = SessionId.mint(200);
            edge.say(open(1, elsewhere));
            assertThat(edge.heard()).containsExactly(new Frame.Reset(1, Reason.NOT_HOSTED, 0, ""));
            edge.say(new Frame.Open(2, elsewhere, 4, "tcp", "127.0.0.1:1", Bytes.EMPTY, true, "node-2", Owner.NOBODY));
            TestTrunks.Opened guest = node.nextOpened();
            assertThat(guest.guest()).isTrue();
            assertThat(guest.open().lost()).isEqualTo("node-2");
            node.slots.left(0);
            assertThat(edge.heard()).as("a guest does not depend on slots").noneMatch(Frame.Reset.class::isInstance);
            edge.say(
                    new Frame.Open(3, SessionId.mint(4), 4, "tcp", "127.0.0.1:1", Bytes.EMPTY, true, "", Owner.NOBODY));
            assertThat(node.nextOpened().guest()).as("its slot is here").isFalse();
        }
    }

    @Test
    void handsOnTheMarkOfRepeatedMessagesAndTheWishToRelease() {
        try (EmbeddedEdge edge = EmbeddedEdge.letIn(node)) {
            edge.say(open(1));
            Outlet outlet = node.nextOpened().outlet();
            outlet.opened(session.getRef());
            edge.heard();
            edge.say(new Frame.Data(1, 1, true, true, Unpooled.copiedBuffer("{}", StandardCharsets.UTF_8)));
            edge.say(new Frame.Release(1), new Frame.Release(1));
            assertThat(session.getAllReceived())
                    .containsExactly(
                            new Session.Message(
                                    outlet, Bytes.wrap("{}".getBytes(StandardCharsets.UTF_8)), 1, true, false),
                            new Session.Release(outlet),
                            new Session.Release(outlet));
        }
    }

    @ParameterizedTest
    @MethodSource("neverSaidByAnEdge")
    void aStrangerThatSaysAnythingButHelloIsSentAway(Frame frame) {
        try (EmbeddedEdge edge = new EmbeddedEdge(node)) {
            edge.say(frame instanceof Frame.Hello ? new Frame.Ping(1) : frame);

            assertSentAway(edge, Reason.PROTOCOL);
            assertNobodyIsCounted();
        }
    }

    @ParameterizedTest
    @MethodSource("ofStreamsThatNeverWere")
    void aStrangerHasNoStreams(Frame frame) {
        try (EmbeddedEdge edge = new EmbeddedEdge(node)) {
            edge.say(frame);

            assertSentAway(edge, Reason.PROTOCOL);
        }
    }

    @Test
    void aStrangerCannotSendDataBeforeItsProof() {
        try (EmbeddedEdge edge = new EmbeddedEdge(node)) {
            edge.say(hello("balancer-1"));
            edge.heard();
            edge.say(data(1, 1, true, "x"));

            assertSentAway(edge, Reason.PROTOCOL);
        }
    }

    @Test
    void aWrongProofIsSentAway() {
        try (EmbeddedEdge edge = new EmbeddedEdge(node)) {
            edge.say(hello("balancer-1"));
            edge.heard();
            edge.say(new Frame.Proof(ClusterSecret.nonce()));

            assertSentAway(edge, Reason.UNAUTHENTICATED);
            assertNobodyIsCounted();
        }
    }

    @Test
    void aVersionFromTheFutureIsSentAway() {
        try (EmbeddedEdge edge = new EmbeddedEdge(node)) {
            edge.say(new Frame.Hello(7, 9, ClusterSecret.nonce(), "balancer-1", 77));

            assertSentAway(edge, Reason.INCOMPATIBLE);
        }
    }

    @Test
    void nothingIsReadAfterABreach() {
        try (EmbeddedEdge edge = EmbeddedEdge.letIn(node)) {
            edge.say(new Frame.Load(1, TestTrunks.CEILING), open(1));

            assertSentAway(edge, Reason.PROTOCOL);
            assertThat(node.opened).isEmpty();
            assertNobodyIsCounted();
        }
    }

    @Test
    void aStrangerThatNeverProvesAnythingIsSentAwayInTime() {
        try (EmbeddedEdge edge = new EmbeddedEdge(node)) {
            edge.say(hello("balancer-1"));
            edge.heard();
            edge.node.advanceTimeBy(4, TimeUnit.SECONDS);
            edge.node.runPendingTasks();
            assertThat(edge.isOpen()).isTrue();
            edge.node.advanceTimeBy(1, TimeUnit.SECONDS);
            edge.node.runPendingTasks();

            assertSentAway(edge, Reason.UNAUTHENTICATED);
            assertNobodyIsCounted();
        }
    }

    @Test
    void theHandshakeDeadlineLeavesThoseAloneThatAreIn() {
        try (EmbeddedEdge edge = EmbeddedEdge.letIn(node)) {
            edge.node.advanceTimeBy(1, TimeUnit.MINUTES);
            edge.node.runPendingTasks();

            assertThat(edge.isOpen()).isTrue();
        }
    }

    @Test
    void theOldestStrangerGivesWayAndOneThatWasLetInIsAStrangerNoMore() {
        List<EmbeddedEdge> strangers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            strangers.add(new EmbeddedEdge(node));
        }
        try (EmbeddedEdge fifth = new EmbeddedEdge(node)) {
            assertThat(fifth.isOpen()).isTrue();
            assertThat(strangers).extracting(EmbeddedEdge::isOpen).containsExactly(false, true, true, true);
        }
        try (EmbeddedEdge edge = EmbeddedEdge.letIn(node)) {
            for (int i = 0; i < 10; i++) {
                strangers.add(new EmbeddedEdge(node));
            }
            assertThat(edge.isOpen()).isTrue();
        }
        strangers.forEach(EmbeddedEdge::close);
        assertThat(node.trunks.size()).isZero();
    }

    // --- what strangers may make the node hold

    @Test
    void aStrangerMakesTheNodeHoldAtMostFourKibibytesHoweverItCutsItsBytes() {
        for (int piece : new int[] {1, 7, 64, 511, 1024}) {
            try (EmbeddedEdge edge = new EmbeddedEdge(node)) {
                // As much as a stranger can send without being sent away: a hello, and all but one byte of the largest
                // frame that is taken from it.
                ByteBuf bytes = Unpooled.buffer();
                FrameCodec.encode(hello("a".repeat(63)), bytes);
                bytes.writeInt(Frame.MAX_BODY_UNAUTHENTICATED).writeByte(3).writeZero(7);
                bytes.writeZero(Frame.MAX_BODY_UNAUTHENTICATED - 1);
                int most = 0;
                while (bytes.isReadable()) {
                    // The transport reads into a buffer of its own, however little there is.
                    ByteBuf read = edge.buffers.buffer(TrunkListener.FIRST_READ);
                    read.writeBytes(bytes, Math.min(piece, bytes.readableBytes()));
                    edge.sayBytes(read);
                    most = Math.max(most, edge.buffers.held());
                }
                assertThat(edge.isOpen()).isTrue();
                assertThat(most)
                        .as("bytes held when they come %d at a time", piece)
                        .isLessThanOrEqualTo(4096);
            }
        }
    }

    @Test
    void aFrameThatIsTooLargeForAStrangerIsRefusedByItsHeader() {
        try (EmbeddedEdge edge = new EmbeddedEdge(node)) {
            edge.sayBytes(edge.buffers
                    .buffer()
                    .writeInt(Frame.MAX_BODY_UNAUTHENTICATED + 1)
                    .writeByte(1)
                    .writeZero(7));

            assertSentAway(edge, Reason.PROTOCOL);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                "{\"jsonrpc\":\"2.0\"}\n",
                "\u0016\u0003\u0001\u0002\u0000aaaaaaaaaa"
            })
    void whoeverSpeaksAnotherLanguageIsSentAway(String greeting) {
        try (EmbeddedEdge edge = new EmbeddedEdge(node)) {
            edge.sayBytes(greeting.getBytes(StandardCharsets.ISO_8859_1));

            assertSentAway(edge, Reason.PROTOCOL);
        }
    }

    @Test
    void noBytesOfStrangersCrashATrunkOrLeak() {
        Random random = new Random(2);
        for (int trial = 0; trial < 1_000; trial++) {
            try (EmbeddedEdge edge = new EmbeddedEdge(node)) {
                ByteBuf bytes = Unpooled.buffer();
                FrameCodec.encode(hello("balancer-1"), bytes);
                spoil(bytes, random);
                edge.sayBytes(edge.buffers.buffer().writeBytes(bytes));
                edge.heard();
                assertThat(edge.buffers.held()).isLessThanOrEqualTo(4096);
            }
        }
        assertNobodyIsCounted();
    }

    @Test
    void noBytesOfAnEdgeThatIsInCrashATrunkOrLeak() {
        Random random = new Random(3);
        for (int trial = 0; trial < 1_000; trial++) {
            try (EmbeddedEdge edge = EmbeddedEdge.letIn(node)) {
                ByteBuf bytes = Unpooled.buffer();
                FrameCodec.encode(open(1), bytes);
                FrameCodec.encode(new Frame.Ping(5), bytes);
                FrameCodec.encode(data(1, 1, true, "hello"), bytes);
                FrameCodec.encode(new Frame.Credit(1, 100), bytes);
                FrameCodec.encode(new Frame.Reset(1, Reason.CLOSED, 0, ""), bytes);
                spoil(bytes, random);
                edge.sayBytes(edge.buffers.buffer().writeBytes(bytes));
                edge.heard();
            }
            node.opened.clear();
        }
        assertNobodyIsCounted();
    }

    // --- breaches of those who are in

    @ParameterizedTest
    @MethodSource("neverSaidByAnEdge")
    void framesThatOnlyANodeMaySayEndTheTrunk(Frame frame) {
        try (EmbeddedEdge edge = EmbeddedEdge.letIn(node)) {
            edge.say(frame);

            assertSentAway(edge, Reason.PROTOCOL);
        }
    }

    @ParameterizedTest
    @MethodSource("ofStreamsThatNeverWere")
    void framesOfStreamsThatNeverWereEndTheTrunk(Frame frame) {
        try (EmbeddedEdge edge = EmbeddedEdge.letIn(node)) {
            edge.say(open(1));
            edge.heard();
            edge.say(frame);

            assertSentAway(edge, Reason.PROTOCOL);
            assertNobodyIsCounted();
        }
    }

    @Test
    void framesOfStreamsThatHaveEndedAreIgnored() {
        try (EmbeddedEdge edge = EmbeddedEdge.letIn(node)) {
            edge.say(open(5), new Frame.Reset(5, Reason.CLOSED, 0, ""));
            edge.say(data(5, 1, true, "late"), new Frame.Credit(5, 9), new Frame.Reset(5, Reason.CLOSED, 0, ""));
            edge.say(data(4, 1, true, "skipped"));

            assertThat(edge.isOpen()).isTrue();
            assertThat(edge.heard()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 6, 1, -1})
    void aStreamNumberThatIsNotNewEndsTheTrunk(int stream) {
        try (EmbeddedEdge edge = EmbeddedEdge.letIn(node)) {
            edge.say(open(7));
            edge.say(open(stream));

            assertSentAway(edge, Reason.PROTOCOL);
            assertNobodyIsCounted();
        }
    }

    @Test
    void streamNumbersGoOnBelowZeroWhenThePositiveOnesAreUsedUp() {
        try (EmbeddedEdge edge = EmbeddedEdge.letIn(node)) {
            edge.say(open(Integer.MAX_VALUE), open(Integer.MIN_VALUE));

            assertThat(edge.isOpen()).isTrue();
            assertThat(node.opened).hasSize(2);
        }
    }

    @Test
    void aFrameThatIsTooLargeEndsTheTrunkBeforeItArrives() {
        try (EmbeddedEdge edge = EmbeddedEdge.letIn(node)) {
            edge.sayBytes(edge.buffers
                    .buffer()
                    .writeInt(Frame.MAX_BODY + 1)
                    .writeByte(9)
                    .writeZero(7));

            assertSentAway(edge, Reason.PROTOCOL);
        }
    }

    @Test
    void aBreachEndsThisTrunkAndNoOther() {
        try (EmbeddedEdge edge = EmbeddedEdge.letIn(node);
                EmbeddedEdge other = EmbeddedEdge.letIn(node, "balancer-2")) {
            edge.say(open(1), new Frame.Load(1, TestTrunks.CEILING));
            other.say(open(1), new Frame.Ping(4));

            assertSentAway(edge, Reason.PROTOCOL);
            assertThat(other.heard()).containsExactly(new Frame.Pong(4));
            assertThat(node.trunks.count().all()).isEqualTo(1);
        }
    }

    @Test
    void aFailureOfTheNodeItselfEndsTheTrunkAndSaysSo() {
        try (EmbeddedEdge edge = EmbeddedEdge.letIn(node)) {
            edge.say(open(1));
            edge.node.pipeline().fireExceptionCaught(new IllegalStateException("a defect"));
            edge.node.runPendingTasks();

            assertSentAway(edge, Reason.INTERNAL);
            assertNobodyIsCounted();
        }
    }

    // --- liveness and going away

    @Test
    void answersPingsAndIgnoresPongs() {
        try (EmbeddedEdge edge = EmbeddedEdge.letIn(node)) {
            edge.say(new Frame.Ping(Long.MIN_VALUE), new Frame.Pong(3), new Frame.Ping(2));

            assertThat(edge.heard()).containsExactly(new Frame.Pong(Long.MIN_VALUE), new Frame.Pong(2));
        }
    }

    @Test
    void aTrunkThatSaysNothingForTooLongIsClosed() {
        try (TestTrunks hasty = new TestTrunks(TestTrunks.settings(Duration.ofSeconds(5), Duration.ofNanos(1)));
                EmbeddedEdge edge = EmbeddedEdge.letIn(hasty)) {
            edge.say(open(1));
            hasty.nextOpened().outlet().opened(session.getRef());
            edge.heard();

            tick(edge);

            assertThat(edge.isOpen()).isFalse();
            assertThat(session.receiveMessage()).isInstanceOf(Session.Unbound.class);
            assertThat(hasty.trunks.count().all()).isZero();
        }
    }

    @Test
    void aTrunkThatSpokeRecentlyStaysOpen() {
        try (EmbeddedEdge edge = EmbeddedEdge.letIn(node)) {
            edge.node.advanceTimeBy(1, TimeUnit.MINUTES);
            edge.node.runScheduledPendingTasks();

            assertThat(edge.isOpen()).isTrue();
        }
    }

    @Test
    void sendsTheSlotsAtEachChangeUntilItIsClosed() {
        EmbeddedEdge edge = EmbeddedEdge.letIn(node);
        node.slots.left(0);
        node.slots.arrived(200);
        assertThat(edge.heard())
                .containsExactly(
                        new Frame.Slots(11, SlotSet.of(1, 2, 3, 4, 5, 6, 7, 8, 9)),
                        new Frame.Slots(12, SlotSet.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 200)));
        edge.lose();
        node.slots.left(200);
        assertThat(edge.heard()).isEmpty();
        edge.close();
    }

    @Test
    void aDrainingNodeSaysSoToThoseWhoAreInAndToThoseWhoCome() {
        try (EmbeddedEdge edge = EmbeddedEdge.letIn(node);
                EmbeddedEdge stranger = new EmbeddedEdge(node)) {
            node.trunks.drain("an upgrade");

            assertThat(edge.heard()).containsExactly(new Frame.GoAway(Reason.DRAINING, "an upgrade"));
            assertThat(stranger.heard()).isEmpty();
            try (EmbeddedEdge late = new EmbeddedEdge(node)) {
                Frame.Hello hello = hello("balancer-3");
                late.say(hello);
                Frame.Challenge challenge = (Frame.Challenge) late.heard().get(0);
                late.say(new Frame.Proof(TestTrunks.SECRET.ofEdge(hello, challenge)));
                assertThat(late.heard())
                        .anyMatch(Frame.Welcome.class::isInstance)
                        .anySatisfy(frame -> assertThat(frame)
                                .asInstanceOf(type(Frame.GoAway.class))
                                .extracting(Frame.GoAway::reason)
                                .isEqualTo(Reason.DRAINING));
                late.say(open(1));
                assertThat(late.heard()).containsExactly(new Frame.Reset(1, Reason.DRAINING, 0, ""));
            }
        }
    }

    @Test
    void theEdgesGoAwayIsHeard() {
        try (EmbeddedEdge edge = EmbeddedEdge.letIn(node)) {
            edge.say(new Frame.GoAway(Reason.SHUTTING_DOWN, "bye\nbye"));

            assertThat(edge.isOpen()).isTrue();
        }
    }

    @Test
    void readsNoMoreWhileTheEdgeDoesNotKeepUp() {
        try (EmbeddedEdge edge = EmbeddedEdge.letIn(node)) {
            edge.node.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
            edge.node.runPendingTasks();
            assertThat(edge.node.config().isAutoRead()).isFalse();
            edge.node.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
            edge.node.runPendingTasks();
            assertThat(edge.node.config().isAutoRead()).isTrue();
        }
    }

    // --- what a lost trunk leaves behind

    @Test
    void aLostTrunkUnbindsItsSessionsAndGivesEachBackOnce() {
        EmbeddedEdge edge = EmbeddedEdge.letIn(node);
        edge.say(open(1), open(2), open(3));
        List<TestTrunks.Opened> opened = List.of(node.nextOpened(), node.nextOpened(), node.nextOpened());
        opened.get(0).outlet().opened(session.getRef());
        assertThat(node.trunks.count().all()).isEqualTo(3);

        edge.lose();

        assertThat(node.trunks.count().all()).isZero();
        assertThat(session.getAllReceived())
                .containsExactly(new Session.Unbound(opened.get(0).outlet()));
        // The actor of the second answers too late: it is told at once, for nobody else would.
        opened.get(1).outlet().opened(session.getRef());
        edge.node.runPendingTasks();
        assertThat(session.getAllReceived())
                .containsExactly(new Session.Unbound(opened.get(1).outlet()));
        // And whatever sessions still say changes nothing.
        opened.forEach(each -> {
            each.outlet().send(new byte[10], 1);
            each.outlet().consumed(10);
            each.outlet().checkpoint(new byte[10]);
            each.outlet().done(2);
            each.outlet().reset(Reason.INTERNAL, 0, "");
        });
        edge.node.runPendingTasks();
        assertThat(node.trunks.count().all()).isZero();
        edge.close();
    }

    @Test
    void aSessionThatEndsAnotherOnesStreamWhileTheTrunkIsLostIsNotGivenBackTwice() {
        try (EmbeddedEdge other = EmbeddedEdge.letIn(node, "balancer-2")) {
            other.say(open(1));
            EmbeddedEdge edge = EmbeddedEdge.letIn(node);
            edge.say(open(1), open(2));
            node.nextOpened();
            TestTrunks.Opened first = node.nextOpened();
            TestTrunks.Opened second = node.nextOpened();
            first.outlet().opened(new InlineActor(told -> second.outlet().reset(Reason.MOVED, 0, "")));
            second.outlet().opened(new InlineActor(told -> first.outlet().reset(Reason.MOVED, 0, "")));

            edge.lose();

            assertThat(node.trunks.count().all()).isEqualTo(1);
            assertThat(node.trunks.count().elsewhere("")).isEqualTo(1);
            edge.close();
        }
    }

    private static void tick(EmbeddedEdge edge) {
        edge.node.pipeline().get(TrunkEnd.class).side().onTick(System.nanoTime());
        edge.node.runPendingTasks();
    }

    /** Flips bits, cuts and appends: sometimes a whole frame with one bit wrong, sometimes rubbish. */
    private static void spoil(ByteBuf bytes, Random random) {
        for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
            int at = random.nextInt(bytes.writerIndex());
            bytes.setByte(at, bytes.getByte(at) ^ (1 << random.nextInt(8)));
        }
        if (random.nextBoolean()) {
            bytes.writerIndex(random.nextInt(bytes.writerIndex() + 1));
        }
        if (random.nextInt(4) == 0) {
            byte[] rubbish = new byte[random.nextInt(64)];
            random.nextBytes(rubbish);
            bytes.writeBytes(rubbish);
        }
    }

    private void assertNobodyIsCounted() {
        assertThat(node.trunks.count().all()).isZero();
        assertThat(node.trunks.count().edges()).isZero();
    }

    private static void assertSentAway(EmbeddedEdge edge, Reason reason) {
        assertThat(edge.isOpen()).isFalse();
        List<Frame> heard = edge.heard();
        assertThat(heard).isNotEmpty();
        assertThat(heard.get(heard.size() - 1))
                .asInstanceOf(type(Frame.GoAway.class))
                .extracting(Frame.GoAway::reason)
                .isEqualTo(reason);
    }
}
