package io.trunkline.balancer.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.balancer.assign.NodeLoad;
import io.trunkline.balancer.assign.RoundRobin;
import io.trunkline.protocol.codec.FrameCodec;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.metrics.Readiness;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.session.Owner;
import io.trunkline.protocol.session.SessionId;
import io.trunkline.protocol.session.SlotSet;
import io.trunkline.protocol.trunk.TrunkEnd;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EdgeTrunkTest {
    private final TestTrunks trunks = new TestTrunks(new RoundRobin());
    private final FakeNode node = trunks.node(1, 0, 1, 2, 3, 4, 5, 6, 7);
    private final Heard heard = new Heard();
    private final long start = System.nanoTime();

    @AfterEach
    void nothingIsLeft() {
        trunks.close();
    }

    // --- handshake

    @Test
    void isReadyOnceTheNodeHasWelcomedIt() {
        trunks.members(node);
        assertThat(node.channel().isOpen()).isTrue();
        assertThat(trunks.trunks().readiness()).isEqualTo(Readiness.WAITING);
        node.welcome();
        assertThat(trunks.trunks().readiness()).isEqualTo(Readiness.READY);
        assertThat(node.trunk().takesStreams()).isTrue();
    }

    @Test
    void closesWhenTheHandshakeTakesTooLong() {
        trunks.members(node);
        node.channel().advanceTimeBy(5_001, TimeUnit.MILLISECONDS);
        trunks.run();
        assertThat(node.channel().isOpen()).isFalse();
    }

    @Test
    void sendsAwayWhatDoesNotKnowTheSecret() {
        trunks.members(node);
        node.heard();
        node.say(new Frame.Challenge(1, Bytes.EMPTY, Bytes.wrap(new byte[32]), "node-1", 1));
        refused(Reason.UNAUTHENTICATED);
    }

    @Test
    void takesNothingButTheHandshakeBeforeTheWelcome() {
        for (Frame early : List.of(
                new Frame.Opened(1),
                FakeNode.answer(1, 1, "{}"),
                new Frame.Welcome(8, 1, 1),
                new Frame.Ping(1),
                new Frame.Slots(1, SlotSet.of(1)))) {
            trunks.members(node);
            node.heard();
            node.say(early);
            refused(Reason.PROTOCOL);
            trunks.members();
        }
    }

    @Test
    void refusesANodeOfAClusterWithAnotherNumberOfSlots() {
        trunks.members(node);
        node.welcome();
        FakeNode stranger = trunks.node(2, 0);
        trunks.members(node, stranger);
        Frame.Hello hello = stranger.hear(Frame.Hello.class);
        stranger.say(stranger.challenge(hello));
        stranger.heard();
        stranger.say(new Frame.Welcome(16, 1, 1));
        assertThat(stranger.channel().isOpen()).isFalse();
        assertThat(node.channel().isOpen()).isTrue();
    }

    // --- malformed and unexpected input

    @Test
    void endsWithAReasonOnBytesThatAreNoFrame() {
        open();
        node.heard();
        ByteBuf noise =
                trunks.memory().buffer().writeBytes("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        node.channel().writeInbound(noise);
        refused(Reason.PROTOCOL);
        assertThat(heard.events).containsExactly("lost");
        assertThat(load().own()).isZero();
    }

    @Test
    void endsOnFramesThatOnlyABalancerMaySay() {
        for (Frame wrong : List.of(
                new Frame.Open(1, "s", 1, "tcp", "here", Bytes.EMPTY),
                new Frame.Welcome(8, 1, 1),
                new Frame.Proof(Bytes.EMPTY),
                new Frame.Hello(1, 1, Bytes.EMPTY, "x", 1))) {
            open();
            node.heard();
            node.say(wrong);
            refused(Reason.PROTOCOL);
            trunks.members();
        }
    }

    @Test
    void passesOverFramesOfAStreamThatHasEnded() {
        EdgeStream stream = open();
        stream.reset(Reason.CLOSED);
        node.heard();
        node.say(
                new Frame.Opened(stream.number()),
                FakeNode.answer(stream.number(), 1, "{}"),
                new Frame.Credit(stream.number(), 1),
                new Frame.Reset(stream.number(), Reason.INTERNAL, 0, ""));
        assertThat(heard.events).isEmpty();
        assertThat(node.channel().isOpen()).isTrue();
    }

    @Test
    void hearsFramesHoweverTheyAreCut() {
        EdgeStream stream = open();
        ByteBuf bytes = trunks.memory().buffer();
        FrameCodec.encode(new Frame.Opened(stream.number()), bytes);
        FrameCodec.encode(FakeNode.answer(stream.number(), 1, "{}"), bytes);
        while (bytes.isReadable()) {
            node.channel().writeInbound(trunks.memory().buffer(1).writeByte(bytes.readByte()));
        }
        bytes.release();
        assertThat(heard.events).containsExactly("opened", "data 1 last {}", "turn end");
    }

    // --- streams

    @Test
    void opensAStreamWithAllThatTheNodeMustKnow() {
        trunks.members(node);
        node.welcome();
        String id = SessionId.mint(3);
        Bytes state = Bytes.wrap(new byte[] {1, 2});
        Owner owner = new Owner("k", "https://issuer.example", "alice");
        trunks.loopTrunks().open(node.key(), new Binding(id, 4, "tcp", "10.0.0.1:5", state, false, "", owner), heard);
        assertThat(node.hear(Frame.Open.class))
                .isEqualTo(new Frame.Open(1, id, 4, "tcp", "10.0.0.1:5", state, false, "", owner));
        assertThat(load().own()).isEqualTo(1);
    }

    @Test
    void tellsEachListenerOnceATurnThatTheTurnIsOver() {
        EdgeStream stream = open();
        int number = stream.number();
        node.say(FakeNode.data(number, 1, false, "a"), FakeNode.data(number, 1, true, "b"));
        node.say(FakeNode.data(number, 0, true, "c"));
        assertThat(heard.events).containsExactly("data 1 a", "data 1 last b", "turn end", "data 0 last c", "turn end");
    }

    @Test
    void countsEveryEndOfAStreamOnce() {
        EdgeStream byClient = open();
        EdgeStream byNode = openAnother();
        openAnother();
        assertThat(load().own()).isEqualTo(3);
        byClient.reset(Reason.CLOSED);
        node.say(new Frame.Reset(byClient.number(), Reason.CLOSED, 0, ""));
        assertThat(load().own()).isEqualTo(2);
        node.say(new Frame.Reset(byNode.number(), Reason.NODE_FULL, 0, ""));
        node.say(new Frame.Reset(byNode.number(), Reason.NODE_FULL, 0, ""));
        assertThat(load().own()).isEqualTo(1);
        node.die();
        assertThat(load().own()).isZero();
        assertThat(heard.events).containsExactly("reset NODE_FULL 0 ", "lost");
    }

    @Test
    void leavesOutZeroAndNumbersInUseWhenStreamNumbersWrap() {
        open();
        node.trunk().newestStream(-3);
        assertThat(openAnother().number()).isEqualTo(-2);
        assertThat(openAnother().number()).isEqualTo(-1);
        assertThat(openAnother().number()).isEqualTo(2);
    }

    // --- flow

    @Test
    void sendsNoMoreThanTheNodeHasGranted() {
        EdgeStream stream = open();
        node.heard();
        byte[] message = new byte[TestTrunks.WINDOW + 10];
        assertThat(stream.send(message, 1, 0, false, false)).isEqualTo(TestTrunks.WINDOW);
        assertThat(node.heard())
                .hasSize(4)
                .allSatisfy(frame -> assertThat(frame)
                        .isInstanceOfSatisfying(
                                Frame.Data.class,
                                data -> assertThat(data.last()).isFalse()));
        assertThat(stream.send(message, 1, TestTrunks.WINDOW, false, false)).isZero();
        node.say(new Frame.Credit(stream.number(), 100));
        assertThat(heard.events).containsExactly("room");
        assertThat(stream.send(message, 1, TestTrunks.WINDOW, false, false)).isEqualTo(10);
        assertThat(node.hear(Frame.Data.class).last()).isTrue();
    }

    @Test
    void takesAnyAmountOfCredit() {
        EdgeStream stream = open();
        node.say(
                new Frame.Credit(stream.number(), Integer.MAX_VALUE),
                new Frame.Credit(stream.number(), Integer.MAX_VALUE));
        assertThat(stream.send(new byte[10], 1, 0, false, false)).isEqualTo(10);
    }

    @Test
    void resumesStreamsThatTheSocketHeldUp() {
        EdgeStream stream = open();
        EdgeStream gone = openAnother();
        node.clogged(true);
        assertThat(stream.send(new byte[10], 1, 0, false, false)).isZero();
        assertThat(stream.send(new byte[10], 1, 0, false, false)).isZero();
        assertThat(gone.send(new byte[10], 1, 0, false, false)).isZero();
        gone.reset(Reason.CLOSED);
        node.clogged(false);
        assertThat(heard.events).as("once, and not for a stream that has ended").containsExactly("room");
        assertThat(stream.send(new byte[10], 1, 0, false, false)).isEqualTo(10);
    }

    @Test
    void grantsHalfAWindowAtATime() {
        EdgeStream stream = open();
        node.heard();
        stream.consumed(TestTrunks.WINDOW / 2 - 1);
        assertThat(node.heard()).isEmpty();
        stream.consumed(1);
        assertThat(node.hear(Frame.Credit.class)).isEqualTo(new Frame.Credit(stream.number(), TestTrunks.WINDOW / 2));
    }

    // --- liveness

    @Test
    void answersPingsAndMeasuresItsOwn() {
        open();
        node.heard();
        node.say(new Frame.Ping(42));
        assertThat(node.hear(Frame.Pong.class).value()).isEqualTo(42);
        tick(1);
        node.say(new Frame.Pong(node.hear(Frame.Ping.class).value()));
        assertThat(node.trunk().pulse().roundTripNanos()).isPositive();
    }

    @Test
    void getsNoNewStreamsWhileTheNodeIsSilentAndThenIsClosed() {
        open();
        for (int second = 1; second <= 3; second++) {
            tick(second);
        }
        assertThat(node.trunk().takesStreams()).isTrue();
        tick(4);
        assertThat(node.trunk().takesStreams()).isFalse();
        assertThat(trunks.trunks().readiness()).isEqualTo(Readiness.WAITING);
        for (int second = 5; second <= 15; second++) {
            tick(second);
        }
        assertThat(heard.events).isEmpty();
        tick(16);
        assertThat(heard.events).containsExactly("lost");
        assertThat(node.channel().isOpen()).isFalse();
    }

    @Test
    void getsNewStreamsAgainWhenTheNodeIsHeard() {
        open();
        for (int second = 1; second <= 4; second++) {
            tick(second);
        }
        assertThat(trunks.trunks().readiness()).isEqualTo(Readiness.WAITING);
        node.say(new Frame.Pong(0));
        tick(0);
        trunks.run();
        assertThat(trunks.trunks().readiness()).isEqualTo(Readiness.READY);
    }

    @Test
    void doesNotTakeItsOwnStandstillForTheNodesSilence() {
        open();
        tick(1);
        tick(60);
        assertThat(node.channel().isOpen()).isTrue();
        assertThat(node.trunk().takesStreams()).isTrue();
    }

    @Test
    void keepsItsStreamsWhenTheNodeSendsItAwayButGetsNoNewOnes() {
        EdgeStream stream = open();
        node.say(new Frame.GoAway(Reason.DRAINING, "leaving"));
        assertThat(trunks.trunks().readiness()).isEqualTo(Readiness.WAITING);
        node.say(FakeNode.answer(stream.number(), 1, "{}"));
        assertThat(heard.events).containsExactly("data 1 last {}", "turn end");
    }

    @Test
    void anAttemptThatNeverBecameActiveLeavesNoBuffer() {
        trunks.members(node);
        long before = trunks.memory().metric().usedDirectMemory();
        EmbeddedChannel failed = new EmbeddedChannel(DefaultChannelId.newInstance(), false, false);
        failed.config().setAllocator(trunks.memory());
        failed.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRegistered(ChannelHandlerContext ctx) {
                TrunkEnd never = new TrunkEnd(
                        ctx.channel(),
                        end -> new EdgeTrunk(end, link(), link().members().handshake(node.key())));
                ctx.pipeline().addLast(never);
                ctx.pipeline().remove(never);
            }
        });
        try {
            failed.register();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        assertThat(trunks.memory().metric().usedDirectMemory()).isEqualTo(before);
        failed.finishAndReleaseAll();
    }

    private TrunkLink link() {
        return Objects.requireNonNull(trunks.loopTrunks().link(node.key()));
    }

    private EdgeStream open() {
        trunks.members(node);
        node.welcome();
        heard.events.clear();
        return openAnother();
    }

    private EdgeStream openAnother() {
        return Objects.requireNonNull(trunks.loopTrunks()
                .open(
                        node.key(),
                        new Binding(SessionId.mint(0), 1, "tcp", "10.0.0.1:5", Bytes.EMPTY, false, "", Owner.NOBODY),
                        heard));
    }

    private NodeLoad load() {
        return link().load();
    }

    private void tick(int seconds) {
        node.trunk().onTick(start + TimeUnit.SECONDS.toNanos(seconds));
        trunks.run();
    }

    private void refused(Reason reason) {
        assertThat(node.heard())
                .last()
                .isInstanceOfSatisfying(
                        Frame.GoAway.class,
                        goAway -> assertThat(goAway.reason()).isEqualTo(reason));
        assertThat(node.channel().isOpen()).isFalse();
    }
}
