package io.trunkline.node.trunk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.trunkline.node.SocketEdge;
import io.trunkline.node.session.Outlet;
import io.trunkline.node.session.Session;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Trunks on real sockets: what needs an event loop and other threads beside it. */
@Timeout(120)
class NodeTrunksIT {
    private static final String SECRET = "a secret of this cluster";

    private final TestTrunks node = new TestTrunks();
    private final ExecutorService other = Executors.newSingleThreadExecutor();
    private final InetSocketAddress address = bind(node);

    @AfterEach
    void close() {
        other.shutdown();
        node.close();
    }

    @Test
    void callsFromOtherThreadsAreNotOvertakenByLaterOnesFromTheEventLoop() {
        try (SocketEdge edge = letIn("balancer-1")) {
            edge.say(TestTrunks.open(1));
            Outlet outlet = node.nextOpened().outlet();
            outlet.opened(new InlineActor(command -> {
                // On the event loop; what the other thread says first has to wait for this call to end.
                onOther(() -> {
                    outlet.checkpoint("1".getBytes(UTF_8));
                    outlet.send("2".getBytes(UTF_8), 2);
                    outlet.done(3);
                });
                outlet.send("4".getBytes(UTF_8), 4);
                onOther(() -> outlet.send("5".getBytes(UTF_8), 5));
                outlet.done(6);
                outlet.consumed(TestTrunks.WINDOW);
                outlet.checkpoint("8".getBytes(UTF_8));
                outlet.reset(Reason.MOVED, 9, "");
                outlet.send("too late".getBytes(UTF_8), 10);
            }));
            edge.next(Frame.Opened.class, opened -> true);
            edge.say(1, 1, "go");

            assertThat(next(edge, 8))
                    .containsExactly(
                            "checkpoint 1", "data 2", "done 3", "data 4", "data 5", "done 6", "credit", "checkpoint 8");
            assertThat(edge.next(Frame.Reset.class, reset -> true)).isEqualTo(new Frame.Reset(1, Reason.MOVED, 9, ""));
        }
    }

    @Test
    void aSessionOnAnotherThreadKeepsItsOrder() throws InterruptedException, ExecutionException {
        try (SocketEdge edge = letIn("balancer-1")) {
            edge.say(TestTrunks.open(1));
            Outlet outlet = node.nextOpened().outlet();
            other.submit(() -> {
                        outlet.opened(new InlineActor(command -> {}));
                        for (int number = 1; number <= 2_000; number++) {
                            outlet.send(("message " + number).getBytes(UTF_8), number);
                        }
                    })
                    .get();
            edge.say(new Frame.Credit(1, 1_000_000));
            for (int number = 1; number <= 2_000; number++) {
                assertThat(edge.answer(1, number)).isEqualTo("message " + number);
            }
        }
    }

    @Test
    void aSessionThatAnswersAfterItsTrunkWasLostIsTold() {
        TestInbox<Session.Command> session = TestInbox.create();
        Outlet outlet;
        try (SocketEdge edge = letIn("balancer-1")) {
            edge.say(TestTrunks.open(1));
            outlet = node.nextOpened().outlet();
        }
        Awaitility.await().until(() -> node.trunks.count().all() == 0 && node.trunks.size() == 0);

        outlet.opened(session.getRef());

        Awaitility.await().until(session::hasMessages);
        assertThat(session.getAllReceived()).containsExactly(new Session.Unbound(outlet));
        assertThat(node.trunks.count().all()).isZero();
    }

    @Test
    void sixtyFourSilentStrangersAndMoreKeepNobodyOut() {
        try (TestTrunks crowded = new TestTrunks(TestTrunks.settings(64))) {
            InetSocketAddress to = bind(crowded);
            List<SocketEdge> silent = new ArrayList<>();
            List<SocketEdge> edges = new ArrayList<>();
            for (int i = 0; i < 80; i++) {
                silent.add(new SocketEdge(to));
            }
            for (int i = 0; i < 50; i++) {
                silent.add(new SocketEdge(to));
                SocketEdge edge = new SocketEdge(to);
                edges.add(edge);
                assertThat(edge.shakeHands("balancer-" + i, SECRET)).isInstanceOf(Frame.Welcome.class);
            }
            Awaitility.await().until(() -> crowded.trunks.size() == 50);
            assertThat(silent.get(0).lastBeforeEnd()).isNull();
            silent.forEach(SocketEdge::close);
            edges.forEach(SocketEdge::close);
        }
    }

    @Test
    void aStrangerIsSentAwayAtTheDeadline() {
        try (TestTrunks hasty = new TestTrunks(TestTrunks.settings(Duration.ofMillis(50), Duration.ofSeconds(15)));
                SocketEdge edge = new SocketEdge(bind(hasty))) {
            assertThat(edge.lastBeforeEnd())
                    .isInstanceOfSatisfying(
                            Frame.GoAway.class,
                            goAway -> assertThat(goAway.reason()).isEqualTo(Reason.UNAUTHENTICATED));
        }
    }

    @Test
    void whoeverSpeaksAnotherLanguageIsToldAndClosed() {
        try (SocketEdge edge = new SocketEdge(address)) {
            edge.say(Unpooled.copiedBuffer("GET / HTTP/1.1\r\n\r\n", UTF_8));

            assertThat(edge.lastBeforeEnd())
                    .isInstanceOfSatisfying(
                            Frame.GoAway.class,
                            goAway -> assertThat(goAway.reason()).isEqualTo(Reason.PROTOCOL));
        }
        Awaitility.await().until(() -> node.trunks.size() == 0);
    }

    @Test
    void whatSessionsSaidLastIsSentBeforeTheTrunkIsClosed() {
        try (SocketEdge edge = letIn("balancer-1")) {
            edge.say(TestTrunks.open(1));
            Outlet outlet = node.nextOpened().outlet();
            outlet.opened(new InlineActor(command -> {}));
            edge.next(Frame.Opened.class, opened -> true);

            outlet.send("bye".getBytes(UTF_8), 1);
            outlet.reset(Reason.MOVED, 1, "");
            node.trunks.close();

            assertThat(edge.answer(1, 1)).isEqualTo("bye");
            assertThat(edge.lastBeforeEnd()).isEqualTo(new Frame.Reset(1, Reason.MOVED, 1, ""));
        }
    }

    @Test
    void nothingFailsOnceTheEventLoopsHaveEnded() {
        SocketEdge edge = letIn("balancer-1");
        edge.say(TestTrunks.open(1));
        Outlet outlet = node.nextOpened().outlet();
        node.close();

        outlet.opened(new InlineActor(command -> {}));
        outlet.send(new byte[1], 1);
        outlet.reset(Reason.INTERNAL, 0, "");
        node.slots.left(3);
        node.trunks.drain("again");

        assertThat(node.trunks.count().all()).isZero();
        edge.close();
    }

    @Test
    void aPortThatIsTakenIsAFailureToBind() {
        TrunkSettings free = TestTrunks.settings(Duration.ofSeconds(5), Duration.ofSeconds(15));
        TrunkSettings taken = new TrunkSettings(
                address.getPort(),
                free.net(),
                free.sessionLimit(),
                free.sessionCeiling(),
                free.window(),
                free.partialLimit(),
                free.outputLimit(),
                free.handshake(),
                free.silence(),
                free.strangers());
        try (TestTrunks second = new TestTrunks(taken)) {
            assertThatThrownBy(() -> bind(second)).isInstanceOf(CompletionException.class);
        }
    }

    private SocketEdge letIn(String member) {
        SocketEdge edge = new SocketEdge(address);
        assertThat(edge.shakeHands(member, SECRET)).isInstanceOf(Frame.Welcome.class);
        edge.next(Frame.Slots.class, slots -> true);
        return edge;
    }

    private void onOther(Runnable task) {
        try {
            other.submit(task).get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** The next frames of a stream in short. */
    private static List<String> next(SocketEdge edge, int count) {
        List<String> heard = new ArrayList<>();
        while (heard.size() < count) {
            Frame frame = edge.next();
            if (frame instanceof Frame.Data data) {
                heard.add("data " + data.payload().toString(UTF_8));
            } else if (frame instanceof Frame.Done done) {
                heard.add("done " + done.number());
            } else if (frame instanceof Frame.Credit) {
                heard.add("credit");
            } else if (frame instanceof Frame.Checkpoint checkpoint) {
                heard.add("checkpoint " + new String(checkpoint.state().array(), UTF_8));
            } else if (frame instanceof Frame.Reset) {
                throw new AssertionError("the stream ended after " + heard);
            }
        }
        return heard;
    }

    private static InetSocketAddress bind(TestTrunks trunks) {
        return trunks.trunks
                .bind("127.0.0.1")
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }
}
