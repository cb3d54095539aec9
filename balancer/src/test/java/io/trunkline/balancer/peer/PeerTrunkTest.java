package io.trunkline.balancer.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.balancer.client.ClientMemory;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.memory.MemoryBudget;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.trunk.ClusterSecret;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What another balancer, or a stranger, may say, and what becomes of it. */
class PeerTrunkTest {
    private static final int WINDOW = Asker.WINDOW;
    private static final int BUDGET = 6000;

    private final List<String> told = new ArrayList<>();
    private final List<PeerStream> served = new ArrayList<>();
    private final EventLoop loop = new EmbeddedChannel().eventLoop();
    private final ClientMemory clients = new ClientMemory(new MemoryBudget(BUDGET), new Metrics(), loop);
    private final Asker asker = new Asker(this::open, any -> clients.of(loop), loop);
    private final EmbeddedChannel channel = asker.channel();

    private PeerRequests.@Nullable Request open(PeerStream stream, String session, String kind, Bytes head) {
        if (!session.startsWith("known")) {
            return null;
        }
        served.add(stream);
        return new PeerRequests.Request() {
            @Override
            public void onOpened() {
                told.add("opened " + session + " " + kind + " " + new String(head.array(), UTF_8));
            }

            @Override
            public void onMessage(byte[] message) {
                told.add("message " + message.length);
            }

            @Override
            public void onWritten(int bytes) {
                told.add("written " + bytes);
            }

            @Override
            public void onEnd() {
                told.add("end");
            }
        };
    }

    @AfterEach
    void nothingIsLeft() {
        asker.close();
        assertThat(clients.budget().used()).isZero();
    }

    // --- strangers

    @Test
    void whoDoesNotProveTheSecretIsSentAwayAndAsksNothing() {
        Frame.Hello hello = Asker.hello();
        say(hello);
        heard();
        say(new Frame.Proof(ClusterSecret.nonce()));
        assertThat(heard()).singleElement().isInstanceOf(Frame.GoAway.class);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aRequestBeforeTheProofEndsTheTrunk() {
        say(open(1, "known", "POST"));
        assertThat(channel.isOpen()).isFalse();
        assertThat(told).isEmpty();
    }

    @Test
    void whoSaysNothingIsSentAwayAfterAWhile() {
        channel.advanceTimeBy(5001, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void theOldestStrangerGivesWay() {
        EmbeddedChannel second = asker.connect();
        EmbeddedChannel third = asker.connect();
        assertThat(channel.isOpen()).isFalse();
        assertThat(second.isOpen()).isTrue();
        assertThat(third.isOpen()).isTrue();
        for (EmbeddedChannel other : List.of(second, third)) {
            other.finishAndReleaseAll();
        }
    }

    @Test
    void aBalancerThatIsLetInStaysHoweverManyStrangersCome() {
        letIn();
        List<EmbeddedChannel> others = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            others.add(asker.connect());
        }
        assertThat(channel.isOpen()).isTrue();
        others.forEach(EmbeddedChannel::finishAndReleaseAll);
    }

    // --- requests

    @Test
    void aRequestIsServedByWhoeverHasTheSession() {
        letIn();
        say(open(1, "known", "POST"), open(2, "nobody", "POST"));
        assertThat(heard()).containsExactly(new Frame.Opened(1), new Frame.Reset(2, Reason.UNKNOWN_SESSION, 0, ""));
        say(data(1, true, 10));
        assertThat(heard()).containsExactly(new Frame.Credit(1, 10));
        assertThat(told).containsExactly("opened known POST head", "message 10");
    }

    @Test
    void theResponseGoesAsFarAsTheOtherSideGrantsAndThenEnds() {
        letIn();
        say(open(1, "known", "POST"));
        heard();
        served.get(0).reply(200, new byte[WINDOW + 100]);
        served.get(0).end();
        assertThat(bytesOf(heard())).isEqualTo(WINDOW);
        say(new Frame.Credit(1, WINDOW));
        List<Frame> rest = heard();
        assertThat(bytesOf(rest)).isEqualTo(100);
        assertThat(rest.get(rest.size() - 1)).isEqualTo(new Frame.Reset(1, Reason.CLOSED, 0, ""));
        assertThat(told).containsExactly("opened known POST head", "written " + WINDOW, "end");
        // What comes late for it is of no interest.
        say(new Frame.Credit(1, 5), new Frame.Reset(1, Reason.CLOSED, 0, ""));
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aClientThatGoesEndsItsRequest() {
        letIn();
        say(open(1, "known", "GET"), new Frame.Reset(1, Reason.CLOSED, 0, ""));
        assertThat(told).containsExactly("opened known GET head", "end");
        heard();
        served.get(0).event(new byte[10]);
        assertThat(heard()).isEmpty();
    }

    @Test
    void whoTurnsOutNotToHaveTheSessionSaysSoInsteadOfAnAnswer() {
        letIn();
        say(open(1, "known", "POST"), data(1, true, 10));
        heard();
        served.get(0).turnAway(Reason.STALE_EPOCH);
        served.get(0).turnAway(Reason.STALE_EPOCH);
        served.get(0).reply(200, new byte[10]);
        served.get(0).end();
        assertThat(heard()).containsExactly(new Frame.Reset(1, Reason.STALE_EPOCH, 0, ""));
    }

    @Test
    void aTrunkThatBreaksEndsItsRequests() {
        letIn();
        say(open(1, "known", "GET"), open(2, "known2", "GET"));
        channel.close();
        assertThat(told.subList(2, 4)).containsExactly("end", "end");
    }

    // --- bounds

    @Test
    void aMessageThatIsTooLargeIsRefusedAndTheOthersGoOn() {
        letIn();
        say(open(1, "known", "POST"), open(2, "known2", "POST"));
        for (int sent = 0; sent < 6000; sent += 2000) {
            say(data(1, false, 2000));
        }
        assertThat(heard()).contains(new Frame.Reset(1, Reason.MESSAGE_TOO_LARGE, 0, ""));
        say(data(2, true, 10));
        assertThat(told).endsWith("end", "message 10");
    }

    @Test
    void whatIsNotWholeIsBoundedForAllTogether() {
        letIn();
        say(open(1, "known", "POST"), open(2, "known2", "POST"));
        say(data(1, false, 2000), data(1, false, 2000), data(2, false, 2000), data(2, false, 2000));
        assertThat(heard()).contains(new Frame.Reset(2, Reason.OVERLOADED, 0, ""));
    }

    @Test
    void dataBeyondWhatWasGrantedEndsTheTrunk() {
        letIn();
        say(open(1, "known", "POST"), data(1, false, WINDOW + 1));
        assertThat(channel.isOpen()).isFalse();
        assertThat(told).endsWith("end");
    }

    @Test
    void aStreamThatNeverWasEndsTheTrunk() {
        letIn();
        say(data(9, true, 1));
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void whatOnlyNodesSayEndsTheTrunk() {
        letIn();
        say(new Frame.Orphan("known", 1, Bytes.EMPTY));
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void answersPings() {
        letIn();
        say(new Frame.Ping(5));
        assertThat(heard()).containsExactly(new Frame.Pong(5));
    }

    private void letIn() {
        asker.letIn();
    }

    private static Frame open(int stream, String session, String kind) {
        return new Frame.Ask(stream, session, kind, Bytes.wrap("head".getBytes(UTF_8)));
    }

    private static Frame data(int stream, boolean last, int length) {
        return new Frame.Data(stream, 1, last, Unpooled.wrappedBuffer(new byte[length]));
    }

    private void say(Frame... frames) {
        asker.say(frames);
    }

    private List<Frame> heard() {
        return asker.heard();
    }

    private static int bytesOf(List<Frame> frames) {
        return frames.stream()
                .filter(Frame.Reply.class::isInstance)
                .mapToInt(frame -> ((Frame.Reply) frame).payload().readableBytes())
                .sum();
    }
}
