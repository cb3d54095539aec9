package io.trunkline.node.trunk;

import static io.trunkline.node.trunk.EmbeddedEdge.data;
import static io.trunkline.node.trunk.TestTrunks.OUTPUT_LIMIT;
import static io.trunkline.node.trunk.TestTrunks.WINDOW;
import static io.trunkline.node.trunk.TestTrunks.open;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.netty.buffer.Unpooled;
import io.trunkline.node.session.Outlet;
import io.trunkline.node.session.Session;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.session.Owner;
import io.trunkline.protocol.session.SessionId;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeStreamTest {
    private final TestTrunks node = new TestTrunks();
    private final EmbeddedEdge edge = EmbeddedEdge.letIn(node);
    private final TestInbox<Session.Command> session = TestInbox.create();

    @AfterEach
    void close() {
        edge.close();
        node.close();
        assertThat(node.trunks.count().all()).isZero();
    }

    // --- opening

    @Test
    void aMessageThatBelongsToAnotherOneSaysSo() {
        edge.say(open(1));
        node.nextOpened().outlet().tell("{}".getBytes(UTF_8), 7);
        assertThat(edge.heard())
                .containsExactly(new Frame.Data(1, 7, true, false, true, Unpooled.copiedBuffer("{}", UTF_8)));
    }

    @Test
    void opensASessionWithAllThatTheEdgeSaysOfIt() {
        String id = SessionId.mint(7);
        Bytes checkpoint = Bytes.wrap("{\"v\":1}".getBytes(UTF_8));
        Owner owner = new Owner("k", "https://issuer.example", "alice");
        edge.say(new Frame.Open(1, id, 5, "ws", "10.0.0.1:9", checkpoint, false, "", owner));

        TestTrunks.Opened opened = node.nextOpened();
        assertThat(opened.id()).isEqualTo(id);
        assertThat(opened.open())
                .isEqualTo(new Session.Open(opened.outlet(), 5, "ws", "10.0.0.1:9", checkpoint, "", owner));
        assertThat(edge.heard()).isEmpty();
        opened.outlet().opened(session.getRef());
        assertThat(edge.heard()).containsExactly(new Frame.Opened(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 255, 256, 4095})
    void refusesASessionWhoseSlotIsElsewhere(int slot) {
        edge.say(open(1, SessionId.mint(slot)));

        assertThat(edge.heard()).containsExactly(new Frame.Reset(1, Reason.NOT_HOSTED, 0, ""));
        assertThat(node.opened).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "AD", "AD.slot", "AD!aaaaaaaaaaaaaaaaaaaaa", "ADaaaaaaaaaaaaaaaaaaaaaaa"})
    void refusesWhatIsNoSessionId(String id) {
        edge.say(open(1, id));

        assertThat(edge.heard()).containsExactly(new Frame.Reset(1, Reason.NOT_HOSTED, 0, ""));
        assertThat(node.opened).isEmpty();
    }

    @Test
    void refusesSessionsBeyondTheLimitUntilOneHasEnded() {
        edge.say(open(1), open(2), open(3), open(4));
        assertThat(edge.heard()).containsExactly(new Frame.Reset(4, Reason.NODE_FULL, 0, ""));
        assertThat(node.opened).hasSize(3);

        edge.say(new Frame.Reset(2, Reason.CLOSED, 0, ""), open(5));
        assertThat(edge.heard()).isEmpty();
        assertThat(node.opened).hasSize(4);
        assertThat(node.trunks.count().all()).isEqualTo(3);
    }

    @Test
    void takesSessionsThatWereOpenBeforeBeyondTheLimitUpToTheCeiling() {
        edge.say(open(1), open(2), open(3));
        edge.say(known(4, Frame.ADOPT, false), known(5, 7, true), known(6, 2, false), open(7));
        assertThat(edge.heard())
                .containsExactly(
                        new Frame.Reset(6, Reason.NODE_FULL, 0, ""), new Frame.Reset(7, Reason.NODE_FULL, 0, ""));
        assertThat(node.trunks.count().all()).isEqualTo(TestTrunks.CEILING);

        edge.say(new Frame.Reset(1, Reason.CLOSED, 0, ""), open(8), known(9, 2, false));
        assertThat(edge.heard()).as("above the limit").containsExactly(new Frame.Reset(8, Reason.NODE_FULL, 0, ""));
    }

    private static Frame.Open known(int stream, int epoch, boolean guest) {
        String session = SessionId.mint(guest ? 200 : 3);
        return new Frame.Open(stream, session, epoch, "tcp", "x", Bytes.EMPTY, guest, "", Owner.NOBODY);
    }

    @Test
    void aGuestThatIsNewIsTakenUpToTheLimit() {
        edge.say(open(1), open(2), open(3), known(4, 1, true));
        assertThat(edge.heard()).containsExactly(new Frame.Reset(4, Reason.NODE_FULL, 0, ""));
    }

    @Test
    void aSessionThatAnswersAfterTheClientHasGoneIsTold() {
        edge.say(open(1));
        Outlet outlet = node.nextOpened().outlet();
        edge.say(new Frame.Reset(1, Reason.CLOSED, 0, ""));
        assertThat(node.trunks.count().all()).isZero();

        outlet.opened(session.getRef());

        assertThat(edge.heard()).isEmpty();
        assertThat(session.getAllReceived()).containsExactly(new Session.Closed(outlet));
    }

    @Test
    void aSessionThatAnswersAfterItsEdgeHasLetGoOfItLivesOn() {
        edge.say(open(1));
        Outlet outlet = node.nextOpened().outlet();
        edge.say(new Frame.Reset(1, Reason.MOVED, 0, ""));

        outlet.opened(session.getRef());

        assertThat(session.getAllReceived()).containsExactly(new Session.Abandoned(outlet));
    }

    @Test
    void aStreamWhoseSlotLeavesBeforeTheSessionAnswersIsRefused() {
        edge.say(open(1, SessionId.mint(3)), open(2, SessionId.mint(4)));
        Outlet moved = node.nextOpened().outlet();
        Outlet stays = node.nextOpened().outlet();

        node.slots.left(3);

        assertThat(edge.heard()).hasSize(2).last().isEqualTo(new Frame.Reset(1, Reason.NOT_HOSTED, 0, ""));
        assertThat(node.trunks.count().all()).isEqualTo(1);
        moved.opened(session.getRef());
        assertThat(session.getAllReceived()).containsExactly(new Session.Closed(moved));
        stays.opened(session.getRef());
        assertThat(edge.heard()).containsExactly(new Frame.Opened(2));
    }

    @Test
    void aStreamThatIsOpenSurvivesThatItsSlotLeaves() {
        Outlet outlet = opened(1);

        node.slots.left(3);

        assertThat(edge.heard()).noneMatch(Frame.Reset.class::isInstance);
        outlet.send("bye".getBytes(UTF_8), 1);
        outlet.reset(Reason.MOVED, 1, "");
        assertThat(edge.heard()).containsExactly(data(1, 1, true, "bye"), new Frame.Reset(1, Reason.MOVED, 1, ""));
    }

    // --- from the client to the session

    @Test
    void dataBeforeOpenedEndsTheTrunk() {
        edge.say(open(1), data(1, 1, true, "early"));

        assertSentAway("before opened");
    }

    @Test
    void handsMessagesToTheSession() {
        Outlet outlet = opened(1);

        edge.say(data(1, 1, true, "one"), data(1, 2, true, ""), data(1, 3, true, "three"));

        assertThat(session.getAllReceived())
                .containsExactly(message(outlet, 1, "one"), message(outlet, 2, ""), message(outlet, 3, "three"));
    }

    @Test
    void joinsThePiecesOfAMessage() {
        Outlet outlet = opened(1);

        edge.say(data(1, 4, false, "so "), data(1, 4, false, ""), data(1, 4, false, "much "));
        assertThat(session.getAllReceived()).isEmpty();
        edge.say(data(1, 4, true, "text"), data(1, 5, true, "next"));

        assertThat(session.getAllReceived())
                .containsExactly(message(outlet, 4, "so much text"), message(outlet, 5, "next"));
    }

    @Test
    void aMessageMayEndWithAnEmptyPiece() {
        Outlet outlet = opened(1);

        edge.say(data(1, 1, false, ""), data(1, 1, true, ""), data(1, 2, false, "x"), data(1, 2, true, ""));

        assertThat(session.getAllReceived()).containsExactly(message(outlet, 1, ""), message(outlet, 2, "x"));
    }

    @Test
    void theWholeWindowMayBeUsedAndNotAByteMore() {
        opened(1);
        for (int sent = 0; sent < WINDOW; sent += Frame.MAX_PAYLOAD) {
            edge.say(data(1, 1 + sent, true, Frame.MAX_PAYLOAD));
        }
        assertThat(edge.isOpen()).isTrue();
        assertThat(session.getAllReceived()).hasSize(4);

        edge.say(data(1, 99, true, 1));

        assertSentAway("without credit");
    }

    @Test
    void aMessageOfTheLargestSizeArrivesAndOneByteMoreEndsTheStream() {
        InlineSession own = new InlineSession(1);

        sendMessage(1, 1, TestTrunks.MESSAGE_LIMIT);
        assertThat(own.received).containsExactly(TestTrunks.MESSAGE_LIMIT);
        edge.heard();
        sendMessage(1, 2, TestTrunks.MESSAGE_LIMIT + 1);

        assertThat(edge.heard()).last().isEqualTo(new Frame.Reset(1, Reason.MESSAGE_TOO_LARGE, 0, ""));
        assertThat(own.closed).isTrue();
        assertThat(edge.isOpen()).isTrue();
        assertThat(node.trunks.count().all()).isZero();
    }

    @Test
    void unfinishedMessagesOfATrunkAreBoundedTogether() {
        new InlineSession(1);
        InlineSession second = new InlineSession(2);
        sendPart(1, TestTrunks.MESSAGE_LIMIT);
        int left = TestTrunks.PARTIAL_LIMIT - TestTrunks.MESSAGE_LIMIT;
        sendPart(2, left);
        edge.heard();

        edge.say(data(2, 1, false, 1));

        assertThat(edge.heard()).containsExactly(new Frame.Reset(2, Reason.OVERLOADED, 0, ""));
        assertThat(second.closed).isTrue();
        // What the second held is free again, and so is what the first holds once it is gone.
        InlineSession third = new InlineSession(3);
        sendMessage(3, 1, left - 1);
        assertThat(third.received).containsExactly(left - 1);
        edge.say(new Frame.Reset(1, Reason.CLOSED, 0, ""));
        InlineSession fourth = new InlineSession(4);
        sendMessage(4, 1, TestTrunks.MESSAGE_LIMIT);
        sendPart(3, TestTrunks.PARTIAL_LIMIT - TestTrunks.MESSAGE_LIMIT);
        assertThat(fourth.received).containsExactly(TestTrunks.MESSAGE_LIMIT);
        assertThat(third.closed).isFalse();
    }

    @Test
    void grantsHalfAWindowAtATime() {
        Outlet outlet = opened(1);
        edge.say(data(1, 1, true, 10_000), data(1, 2, true, 10_000), data(1, 3, true, 13_000));

        outlet.consumed(10_000);
        outlet.consumed(10_000);
        assertThat(edge.heard()).isEmpty();
        outlet.consumed(13_000);
        assertThat(edge.heard()).containsExactly(new Frame.Credit(1, 33_000));
    }

    @Test
    void grantsNothingTwiceAndLosesNothingWhoeverIsSlow() {
        Random random = new Random(11);
        for (int trial = 0; trial < 30; trial++) {
            int stream = trial + 1;
            SlowSession slow = new SlowSession(stream);
            int room = WINDOW;
            long sent = 0;
            int number = 0;
            for (int turn = 0; turn < 200; turn++) {
                int left = 1 + (int) Math.pow(TestTrunks.MESSAGE_LIMIT, random.nextDouble());
                number++;
                while (left > 0) {
                    int length = Math.min(Math.min(left, Frame.MAX_PAYLOAD), room);
                    if (random.nextInt(3) == 0) {
                        length = Math.min(length, 1 + random.nextInt(2000));
                    }
                    if (length > 0) {
                        left -= length;
                        room -= length;
                        sent += length;
                        edge.say(data(stream, number, left == 0, length));
                    }
                    if (length == 0 || random.nextInt(4) == 0) {
                        slow.takeOne();
                    }
                    room += credit(edge.heard());
                    assertThat(room).isBetween(0, WINDOW);
                    assertThat(edge.isOpen()).isTrue();
                }
            }
            slow.takeAll();
            room += credit(edge.heard());
            assertThat(slow.taken).isEqualTo(sent);
            assertThat(room).isBetween(WINDOW / 2 + 1, WINDOW);
            edge.say(new Frame.Reset(stream, Reason.CLOSED, 0, ""));
        }
    }

    @Test
    void theClientsEndReachesTheSessionOnce() {
        Outlet outlet = opened(1);
        edge.say(data(1, 1, false, "unfinished"), new Frame.Reset(1, Reason.CLOSED, 0, ""));
        edge.say(new Frame.Reset(1, Reason.CLOSED, 0, ""));
        edge.lose();

        assertThat(session.getAllReceived()).containsExactly(new Session.Closed(outlet));
    }

    // --- from the session to the client

    @Test
    void sendsWhatFitsAtOnceInTheOrderOfTheCalls() {
        Outlet outlet = opened(1);

        outlet.checkpoint("{}".getBytes(UTF_8));
        outlet.send("answer".getBytes(UTF_8), 1);
        outlet.done(2);
        outlet.send("news".getBytes(UTF_8), 0);
        outlet.reset(Reason.MOVED, 2, "elsewhere");

        assertThat(edge.heard())
                .containsExactly(
                        new Frame.Checkpoint(1, Bytes.wrap("{}".getBytes(UTF_8))),
                        data(1, 1, true, "answer"),
                        new Frame.Done(1, 2),
                        data(1, 0, true, "news"),
                        new Frame.Reset(1, Reason.MOVED, 2, "elsewhere"));
        assertThat(node.trunks.count().all()).isZero();
    }

    @Test
    void saysNothingAfterTheEnd() {
        Outlet outlet = opened(1);
        outlet.reset(Reason.MOVED, 2, "");
        edge.heard();

        outlet.reset(Reason.INTERNAL, 2, "");
        outlet.send(new byte[1], 1);
        outlet.done(1);
        outlet.consumed(WINDOW);
        outlet.checkpoint(new byte[1]);
        edge.say(new Frame.Credit(1, 1));

        assertThat(edge.heard()).isEmpty();
    }

    @Test
    void cutsAMessageIntoPiecesAndStopsWhenTheEdgeGrantsNoMore() {
        Outlet outlet = opened(1);
        byte[] large = random(100_000);

        outlet.send(large, 7);
        outlet.send("next".getBytes(UTF_8), 8);
        List<Frame> frames = new ArrayList<>(edge.heard());
        assertThat(frames)
                .hasSize(4)
                .allSatisfy(frame -> assertThat(frame).isInstanceOfSatisfying(Frame.Data.class, piece -> {
                    assertThat(piece.number()).isEqualTo(7);
                    assertThat(piece.last()).isFalse();
                    assertThat(piece.payload().readableBytes()).isEqualTo(Frame.MAX_PAYLOAD);
                }));

        edge.say(new Frame.Credit(1, 1));
        frames.addAll(edge.heard());
        assertThat(frames).hasSize(5);
        edge.say(new Frame.Credit(1, 1_000_000));
        frames.addAll(edge.heard());

        assertThat(joined(frames)).containsExactly(Sent.of(7, large), Sent.of(8, "next".getBytes(UTF_8)));
    }

    @Test
    void keepsTheOrderAndTheBytesHoweverTheEdgeGrants() {
        Random random = new Random(5);
        for (int trial = 0; trial < 50; trial++) {
            int stream = trial + 1;
            Outlet outlet = opened(stream);
            List<Sent> expected = new ArrayList<>();
            List<Frame> frames = new ArrayList<>();
            int room = WINDOW;
            int waiting = 0;
            for (int number = 1; number <= 60; number++) {
                byte[] message = random((int) Math.pow(40_000, random.nextDouble()) - 1);
                expected.add(Sent.of(number, message));
                outlet.send(message, number);
                waiting += message.length;
                List<Frame> heard = edge.heard();
                room -= payload(heard);
                waiting -= payload(heard);
                assertThat(room).isNotNegative();
                frames.addAll(heard);
                if (random.nextInt(3) == 0 || waiting > OUTPUT_LIMIT - 40_000) {
                    int credit = 1 + random.nextInt(60_000);
                    room += credit;
                    edge.say(new Frame.Credit(stream, credit));
                    heard = edge.heard();
                    room -= payload(heard);
                    waiting -= payload(heard);
                    assertThat(room).isNotNegative();
                    frames.addAll(heard);
                }
            }
            edge.say(new Frame.Credit(stream, Integer.MAX_VALUE), new Frame.Credit(stream, Integer.MAX_VALUE));
            frames.addAll(edge.heard());
            assertThat(joined(frames)).isEqualTo(expected);
            edge.say(new Frame.Reset(stream, Reason.CLOSED, 0, ""));
        }
    }

    @Test
    void anEmptyMessageNeedsNoRoomButWaitsForItsTurn() {
        Outlet outlet = opened(1);
        outlet.send(new byte[WINDOW], 1);
        outlet.send(new byte[0], 2);
        outlet.send(new byte[1], 3);
        outlet.send(new byte[0], 4);
        assertThat(joined(edge.heard())).extracting(Sent::answers).containsExactly(1, 2);

        edge.say(new Frame.Credit(1, 2));

        assertThat(joined(edge.heard())).extracting(Sent::answers).containsExactly(3, 4);
    }

    @Test
    void aClientThatDoesNotReadIsEndedAndItsMessagesAreDropped() {
        Outlet outlet = opened(1);
        outlet.send(new byte[WINDOW], 1);
        int sent = 0;
        while (sent <= OUTPUT_LIMIT) {
            outlet.send(new byte[10_000], 2);
            sent += 10_000;
        }
        assertThat(edge.heard()).noneMatch(Frame.Reset.class::isInstance);

        outlet.send(new byte[1], 3);

        assertThat(edge.heard())
                .singleElement()
                .asInstanceOf(type(Frame.Reset.class))
                .extracting(Frame.Reset::reason)
                .isEqualTo(Reason.CLIENT_SLOW);
        assertThat(session.getAllReceived()).containsExactly(new Session.Closed(outlet));
        assertThat(node.trunks.count().all()).isZero();
        edge.say(new Frame.Credit(1, WINDOW));
        assertThat(edge.heard()).isEmpty();
    }

    @Test
    void aClientThatDoesNotReadCostsTheOthersNothing() {
        Outlet slow = opened(1);
        Outlet quick = opened(2);
        slow.send(new byte[WINDOW + OUTPUT_LIMIT], 1);
        edge.heard();

        quick.send("quick".getBytes(UTF_8), 1);

        assertThat(edge.heard()).containsExactly(data(2, 1, true, "quick"));
    }

    @Test
    void aLongTextIsCutToWhatAFrameTakes() {
        Outlet outlet = opened(1);

        outlet.reset(Reason.INTERNAL, 0, "\u00fc".repeat(1000));

        assertThat(edge.heard())
                .singleElement()
                .asInstanceOf(type(Frame.Reset.class))
                .extracting(Frame.Reset::text)
                .satisfies(text -> assertThat(text.getBytes(UTF_8).length).isBetween(1, Frame.MAX_TEXT));
    }

    @Test
    void aSessionMayEndItsStreamWhileItIsHandedAMessage() {
        edge.say(open(1));
        Outlet outlet = node.nextOpened().outlet();
        outlet.opened(new InlineActor(command -> {
            if (command instanceof Session.Message message) {
                outlet.reset(Reason.INTERNAL, 0, "");
                outlet.consumed(message.content().length());
            }
        }));
        edge.heard();

        edge.say(data(1, 1, true, "a"), data(1, 2, true, "b"), data(1, 3, false, "c"));

        assertThat(edge.heard()).containsExactly(new Frame.Reset(1, Reason.INTERNAL, 0, ""));
        assertThat(edge.isOpen()).isTrue();
        assertThat(node.trunks.count().all()).isZero();
    }

    // --- help

    /** A message that the edge has received whole. */
    private record Sent(int answers, Bytes content) {
        static Sent of(int answers, byte[] content) {
            return new Sent(answers, Bytes.wrap(content));
        }
    }

    /** A session that takes every message at once. */
    private final class InlineSession {
        final List<Integer> received = new ArrayList<>();
        boolean closed;

        InlineSession(int stream) {
            edge.say(open(stream));
            Outlet outlet = node.nextOpened().outlet();
            outlet.opened(new InlineActor(command -> {
                if (command instanceof Session.Message message) {
                    received.add(message.content().length());
                    outlet.consumed(message.content().length());
                } else if (command instanceof Session.Closed) {
                    closed = true;
                }
            }));
            edge.heard();
        }
    }

    /** A session that takes its messages when it is told to. */
    private final class SlowSession {
        private final List<Integer> lengths = new ArrayList<>();
        private final Outlet outlet;
        long taken;

        SlowSession(int stream) {
            edge.say(open(stream));
            outlet = node.nextOpened().outlet();
            outlet.opened(new InlineActor(command -> {
                if (command instanceof Session.Message message) {
                    lengths.add(message.content().length());
                }
            }));
            edge.heard();
        }

        void takeOne() {
            if (!lengths.isEmpty()) {
                int length = lengths.remove(0);
                taken += length;
                outlet.consumed(length);
            }
        }

        void takeAll() {
            while (!lengths.isEmpty()) {
                takeOne();
            }
        }
    }

    private Outlet opened(int stream) {
        edge.say(open(stream));
        Outlet outlet = node.nextOpened().outlet();
        outlet.opened(session.getRef());
        assertThat(edge.heard()).containsExactly(new Frame.Opened(stream));
        return outlet;
    }

    private void sendMessage(int stream, int number, int length) {
        for (int left = length; left > 0; left -= Frame.MAX_PAYLOAD) {
            edge.say(data(stream, number, left <= Frame.MAX_PAYLOAD, Math.min(left, Frame.MAX_PAYLOAD)));
        }
    }

    private void sendPart(int stream, int length) {
        for (int left = length; left > 0; left -= Frame.MAX_PAYLOAD) {
            edge.say(data(stream, 1, false, Math.min(left, Frame.MAX_PAYLOAD)));
        }
    }

    private static Session.Message message(Outlet outlet, int number, String text) {
        return new Session.Message(outlet, Bytes.wrap(text.getBytes(UTF_8)), number, false, false);
    }

    private static int credit(List<Frame> frames) {
        return frames.stream()
                .mapToInt(frame -> frame instanceof Frame.Credit credit ? credit.bytes() : 0)
                .sum();
    }

    private static int payload(List<Frame> frames) {
        return frames.stream()
                .mapToInt(frame ->
                        frame instanceof Frame.Data data ? data.payload().readableBytes() : 0)
                .sum();
    }

    private static List<Sent> joined(List<Frame> frames) {
        List<Sent> messages = new ArrayList<>();
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        for (Frame frame : frames) {
            Frame.Data piece = (Frame.Data) frame;
            byte[] content = new byte[piece.payload().readableBytes()];
            piece.payload().getBytes(piece.payload().readerIndex(), content);
            message.writeBytes(content);
            if (piece.last()) {
                messages.add(Sent.of(piece.number(), message.toByteArray()));
                message.reset();
            }
        }
        assertThat(message.size()).as("bytes of a message without an end").isZero();
        return messages;
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private void assertSentAway(String text) {
        assertThat(edge.isOpen()).isFalse();
        assertThat(edge.heard()).last().isInstanceOfSatisfying(Frame.GoAway.class, goAway -> {
            assertThat(goAway.reason()).isEqualTo(Reason.PROTOCOL);
            assertThat(goAway.text()).contains(text);
        });
    }
}
