package io.trunkline.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.local.MemberProcess;
import io.trunkline.testkit.TestClient;
import io.trunkline.testkit.TestCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Timeout;

/**
 * Nodes are drained one after another while every client calls a tool all the time. Each time it is the node that hosts
 * the coordinator of sharding, the hardest one to lose.
 */
@Timeout(180)
final class NodesDrainScenario {

    private static final int NODES = 4;
    private static final int CLIENTS = 50;

    /** This one is asked by management to leave, the others by SIGTERM. */
    private static final int LEFT_BY_MANAGEMENT = 2;

    private static final Duration STOP_DEADLINE = Duration.ofSeconds(45);
    private static final int SLOW_MILLIS = 500;
    private static final Duration THINK = Duration.ofMillis(20);

    private static TestCluster cluster;
    private static List<Caller> callers;

    @BeforeAll
    static void startCluster() {
        cluster = TestCluster.start(NodesDrainScenario.class, NODES, 1, TestCluster.WRITABLE_MANAGEMENT);
        callers = IntStream.range(0, CLIENTS)
                .mapToObj(number -> new Caller(cluster.connect(), number % 10 == 0))
                .toList();
        callers.forEach(Caller::start);
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @RepeatedTest(NODES - 1)
    void noClientIsClosedAndNoRequestFailsWhileTheOldestNodeDrains(RepetitionInfo repetition)
            throws InterruptedException {
        String leaving = cluster.oldestNode();
        callers.forEach(Caller::forgetPauses);

        MemberProcess member = cluster.member(leaving);
        if (repetition.getCurrentRepetition() == LEFT_BY_MANAGEMENT) {
            cluster.leave(leaving);
            assertThat(member.awaitEnd(STOP_DEADLINE)).isZero();
        } else {
            assertThat(member.stop(STOP_DEADLINE)).isZero();
        }
        cluster.awaitServing();

        for (Caller caller : callers) {
            caller.pause();
            assertThat(caller.failure).isNull();
            assertThat(caller.client.node()).isNotEqualTo(leaving);
            assertThat(caller.client.whoAmI().path("session").asText()).isEqualTo(caller.session);
        }
        long[] pauses = callers.stream()
                .flatMap(caller -> caller.pausesMillis.stream())
                .mapToLong(Long::longValue)
                .sorted()
                .toArray();
        assertThat(pauses).hasSizeGreaterThanOrEqualTo(CLIENTS / NODES);
        System.out.printf(
                "drain of %s: %d moves, pause median %d ms, longest %d ms%n",
                leaving, pauses.length, pauses[pauses.length / 2], pauses[pauses.length - 1]);
        callers.forEach(Caller::goOn);
    }

    /**
     * One client that calls a tool again and again, on a thread of its own, and notes how long it waited when it
     * moved.
     */
    private static final class Caller {
        final TestClient client;
        final String session;
        private final boolean slow;
        private final List<Long> pausesMillis = new ArrayList<>();
        private String node;
        private volatile boolean pausing;
        private volatile @Nullable Throwable failure;
        private Thread thread;

        Caller(TestClient client, boolean slow) {
            this.client = client;
            this.slow = slow;
            client.initialize();
            JsonNode who = client.whoAmI();
            this.session = who.path("session").asText();
            this.node = who.path("node").asText();
            this.thread = newThread();
        }

        private Thread newThread() {
            Thread next = new Thread(this::call, "caller");
            next.setDaemon(true);
            return next;
        }

        void start() {
            thread.start();
        }

        void pause() throws InterruptedException {
            pausing = true;
            thread.join();
        }

        void goOn() {
            pausing = false;
            thread = newThread();
            start();
        }

        void forgetPauses() {
            synchronized (pausesMillis) {
                pausesMillis.clear();
            }
        }

        private void call() {
            try {
                while (!pausing) {
                    if (slow) {
                        // In flight when the slot moves: the session finishes it first.
                        client.callTool("sleep", TestClient.object().put("milliseconds", SLOW_MILLIS));
                    }
                    long start = System.nanoTime();
                    String now = client.node();
                    if (!now.equals(node)) {
                        synchronized (pausesMillis) {
                            pausesMillis.add((System.nanoTime() - start) / 1_000_000);
                        }
                        node = now;
                    }
                    LockSupport.parkNanos(THINK.toNanos());
                }
            } catch (RuntimeException | Error e) {
                failure = e;
            }
        }
    }
}
