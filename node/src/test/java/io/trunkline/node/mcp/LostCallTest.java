package io.trunkline.node.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolResult;
import io.trunkline.protocol.control.CallLost;
import io.trunkline.protocol.control.DeskCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages that come here after nodes were lost with them. */
class LostCallTest {

    private static final String CALL = """
            {"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"%s","arguments":{}}}""";

    private final List<Thread> threads = new ArrayList<>();
    private final Tool reads = Tool.named("reads").readOnly().async(call -> {
        threads.add(Thread.currentThread());
        return CompletableFuture.completedFuture(ToolResult.text("read"));
    });
    private final Tool writes = Tool.named("writes").async(call -> {
        threads.add(Thread.currentThread());
        return CompletableFuture.completedFuture(ToolResult.text("written"));
    });
    private final TestSession session = TestSession.of("2025-11-25", reads, writes);
    private final List<DeskCommand> told = new ArrayList<>();
    private final AtomicReference<Thread> loop = new AtomicReference<>();
    private TestSession watched = session;
    private int calls;
    private int number = 100;

    LostCallTest() {
        session.server.guard().tellOthers(told::add);
    }

    @AfterEach
    void close() {
        session.close();
    }

    @Test
    void aSafeCallThatHasLostOneNodeRunsAgainButNotOnTheEventLoop() {
        assertThat(again("reads", 1).path("result").isMissingNode()).isFalse();
        assertThat(threads).hasSize(1).doesNotContain(Thread.currentThread());
        assertThat(told).isEmpty();
    }

    @Test
    void aCallThatWasLetGoRunsAgainLikeAnyOther() {
        assertThat(again("reads", 0).path("result").isMissingNode()).isFalse();
        assertThat(threads).containsExactly(Thread.currentThread());
    }

    @Test
    void aCallThatHasLostTwoNodesDoesNotRun() {
        JsonNode error = again("reads", 2).path("error");
        assertThat(error.path("code").asInt()).isEqualTo(-32603);
        assertThat(error.at("/data/reason").asText()).isEqualTo("node_lost");
        assertThat(error.at("/data/executed").asText()).isEqualTo("unknown");
        assertThat(error.at("/data/attempts").asInt()).isEqualTo(2);
        assertThat(error.at("/data/node").asText()).isEqualTo("node-2");
        assertThat(threads).isEmpty();
        assertThat(told).containsExactly(new CallLost("reads", "", "node-2", 2));
    }

    @Test
    void aCallThatMustNotBeRepeatedCountsAsOneLoss() {
        JsonNode error = again("writes", 1).path("error");
        assertThat(error.at("/data/attempts").asInt()).isEqualTo(1);
        assertThat(threads).isEmpty();
        assertThat(told).containsExactly(new CallLost("writes", "", "node-2", 1));
    }

    @Test
    void otherRequestsThatHaveLostTwoNodesAreNotCounted() {
        send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}", 2);
        assertThat(session.peer.answer(number).at("/error/data/attempts").asInt())
                .isEqualTo(2);
        send(CALL.formatted(2, "no such tool"), 2);
        assertThat(session.peer.answer(number).at("/error/data/attempts").asInt())
                .isEqualTo(2);
        send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}", 2);
        assertThat(session.peer.hasEnded(number)).isTrue();
        assertThat(told).isEmpty();
    }

    @Test
    void aToolThatLosesNodesIsRefusedForAWhile() {
        again("reads", 2);
        session.server.guard().toldElsewhere(new CallLost("reads", "", "node-4", 2));
        JsonNode error = session.callNow("reads", "{}").path("error");
        assertThat(error.path("code").asInt()).isEqualTo(-32000);
        assertThat(error.at("/data/reason").asText()).isEqualTo("tool_circuit_open");
        assertThat(error.at("/data/retryable").asBoolean()).isTrue();
        assertThat(error.at("/data/retryAfterMs").asLong()).isBetween(1L, 60_000L);
        assertThat(session.callNow("writes", "{}").has("result")).isTrue();
        assertThat(threads).hasSize(1);
    }

    @Test
    void anAsynchronousHandlerThatHoldsTheLoopTwiceRunsElsewhere() throws InterruptedException {
        AtomicReference<Thread> ran = new AtomicReference<>();
        Tool tool = Tool.named("sleepy").async(call -> {
            CountDownLatch held = new CountDownLatch(1);
            ran.set(Thread.currentThread());
            if (ran.get() == loop.get()) {
                // Until the watchdog has seen it.
                while (!held.await(5, TimeUnit.MILLISECONDS) && !seen(call.tool())) {
                    Thread.onSpinWait();
                }
            }
            return CompletableFuture.completedFuture(ToolResult.text("done"));
        });
        loop.set(Thread.currentThread());
        try (TestSession busy = TestSession.of("2025-11-25", tool)) {
            watched = busy;
            for (int call = 1; call <= 2; call++) {
                calls = call;
                assertThat(busy.callNow("sleepy", "{}").has("result")).isTrue();
                assertThat(ran.get()).isSameAs(Thread.currentThread());
            }
            busy.await(busy.call(3, "sleepy", "{}"));
            assertThat(ran.get()).isNotSameAs(Thread.currentThread());
        }
    }

    @Test
    void whatGoesOnWithAnAnswerOfTheClientAndHoldsTheLoopTwiceRunsElsewhere() throws Exception {
        AtomicReference<Thread> ran = new AtomicReference<>();
        Tool tool = Tool.named("asks")
                .async(call -> call.ping().thenApply(took -> {
                    ran.set(Thread.currentThread());
                    if (ran.get() == loop.get()) {
                        holdUntilSeen(call.tool());
                    }
                    return ToolResult.text("done");
                }));
        loop.set(Thread.currentThread());
        try (TestSession busy = TestSession.of("2025-11-25", tool)) {
            watched = busy;
            for (int call = 1; call <= 3; call++) {
                calls = call;
                int number = busy.call(call, "asks", "{}");
                if (call == 3) {
                    // The question comes from the thread on which the handler runs from now on.
                    busy.peer.runTask();
                }
                String asked = busy.peer.told.get(busy.peer.told.size() - 1);
                String id = new ObjectMapper().readTree(asked).path("id").asText();
                busy.send("{\"jsonrpc\":\"2.0\",\"id\":\"" + id + "\",\"result\":{}}");
                busy.await(number);
                assertThat(ran.get() == Thread.currentThread()).isEqualTo(call < 3);
            }
        }
    }

    @Test
    void whatACallDoesAtItsCancellationIsWatchedToo() {
        Tool tool = Tool.named("cancels").async(call -> {
            call.onCancel(() -> holdUntilSeen(call.tool()));
            return new CompletableFuture<>();
        });
        try (TestSession busy = TestSession.of("2025-11-25", tool)) {
            watched = busy;
            calls = 1;
            busy.call(1, "cancels", "{}");
            busy.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}");
            assertThat(busy.server.guard().watchdog().times("cancels")).isEqualTo(1);
        }
    }

    private void holdUntilSeen(String tool) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (!seen(tool) && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }

    private boolean seen(String tool) {
        return watched.server.guard().watchdog().times(tool) >= calls;
    }

    private JsonNode again(String tool, int losses) {
        send(CALL.formatted(7, tool), losses);
        return session.peer.answer(number);
    }

    private void send(String message, int losses) {
        number++;
        session.conversation.receiveAgain(message.getBytes(UTF_8), number, "node-2", false, losses);
        session.await(number);
    }
}
