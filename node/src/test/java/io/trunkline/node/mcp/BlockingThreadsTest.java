package io.trunkline.node.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.node.mcp.call.BlockingThreads;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.spi.ToolResult;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

class BlockingThreadsTest {

    private static final McpSettings.Tools SMALL = new McpSettings.Tools(Duration.ofMinutes(1), 3, 1, 1);

    @Test
    void refuseWhatThePoolAndItsQueueCannotHold() throws InterruptedException {
        try (BlockingThreads threads = BlockingThreads.pool(SMALL)) {
            CountDownLatch gate = new CountDownLatch(1);
            CountDownLatch ran = new CountDownLatch(2);
            Runnable task = () -> {
                await(gate);
                ran.countDown();
            };
            threads.execute(task);
            threads.execute(task);
            assertThatThrownBy(() -> threads.execute(task)).isInstanceOf(RejectedExecutionException.class);
            gate.countDown();
            assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    @EnabledForJreRange(minVersion = 21)
    void areVirtualWhereTheJvmHasThem() throws InterruptedException {
        try (BlockingThreads threads = BlockingThreads.create(SMALL)) {
            AtomicReference<String> thread = new AtomicReference<>("");
            CountDownLatch gate = new CountDownLatch(1);
            CountDownLatch ran = new CountDownLatch(3);
            Runnable task = () -> {
                thread.set(Thread.currentThread().toString());
                ran.countDown();
                await(gate);
            };
            for (int i = 0; i < 3; i++) {
                threads.execute(task);
            }
            assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(thread.get()).contains("VirtualThread");
            assertThatThrownBy(() -> threads.execute(task)).isInstanceOf(RejectedExecutionException.class);
            gate.countDown();
        }
    }

    @Test
    void beingFullIsAnErrorThatAsksToTryAgain() {
        TestTool block = TestTool.blocking("block");
        try (TestSession session = new TestSession(TestSettings.with(SMALL), block.tool()).initialize("2025-11-25")) {
            int most = JRE.currentJre().compareTo(JRE.JAVA_21) >= 0 ? 3 : 2;
            for (int id = 0; id < most; id++) {
                session.call(id, "block", "{}");
            }
            int refused = session.call(99, "block", "{}");
            assertThat(session.peer.answer(refused).path("error").path("code").asInt())
                    .isEqualTo(-32000);
            assertThat(session.events.all).containsExactly("refused block");
            assertThat(session.conversation.inFlight()).isEqualTo(most);

            block.awaitStart();
            block.complete(0, ToolResult.text("room"));
            while (session.conversation.inFlight() == most) {
                session.peer.runTask();
            }
            assertThat(session.peer.hasEnded(retry(session, 100))).isFalse();
        }
    }

    @Test
    void leaveNoInterruptBehindForTheNextCall() {
        TestTool block = TestTool.blocking("block");
        try (TestSession session = new TestSession(
                        TestSettings.with(new McpSettings.Tools(Duration.ofMinutes(1), 1, 1, 5)), block.tool())
                .initialize("2025-11-25")) {
            for (int id = 0; id < 50; id++) {
                int call = session.call(id, "block", "{}");
                block.awaitStart();
                session.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":"
                        + id + "}}");
                assertThat(session.peer.end(call)).isEqualTo("done");
                // With one thread the next call begins only when that one has left, and then it is not interrupted.
                int quiet = retry(session, 1000 + id);
                block.awaitStart();
                block.futures.get(block.futures.size() - 1).complete(ToolResult.text("quiet"));
                session.await(quiet);
                assertThat(session.peer.end(quiet)).contains("quiet");
            }
        }
    }

    /** Calls until there is room: a cancelled call gives its place back when its thread has noticed. */
    private static int retry(TestSession session, int id) {
        for (int attempt = 0; attempt < 1_000_000; attempt++) {
            int call = session.call(id + attempt * 10_000, "block", "{}");
            if (!session.peer.hasEnded(call)) {
                return call;
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("never room");
    }

    private static void await(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
