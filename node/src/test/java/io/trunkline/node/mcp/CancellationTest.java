package io.trunkline.node.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.node.spi.ToolResult;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CancellationTest {

    private final TestTool slow = TestTool.async("slow");
    private final TestTool block = TestTool.blocking("block");

    @Test
    void endsAnAsynchronousCallWithoutAnAnswer() {
        try (TestSession session = TestSession.of("2025-11-25", slow.tool())) {
            int call = session.call(1, "slow", "{}");
            AtomicInteger told = new AtomicInteger();
            slow.calls.get(0).onCancel(told::incrementAndGet);

            int cancel = cancel(session, "1");

            assertThat(session.peer.end(call)).isEqualTo("done");
            assertThat(session.peer.end(cancel)).isEqualTo("done");
            assertThat(told).hasValue(1);
            assertThat(slow.calls.get(0).cancelled()).isTrue();
            assertThat(slow.futures.get(0)).isCancelled();
            assertThat(session.conversation.inFlight()).isZero();

            slow.calls.get(0).onCancel(told::incrementAndGet);
            assertThat(told).as("at once when it is too late").hasValue(2);
            slow.calls.get(0).progress(1, 2);
            session.peer.runTasks();
            assertThat(session.peer.end(call)).isEqualTo("done");
            assertThat(session.peer.told).isEmpty();
        }
    }

    @Test
    void interruptsABlockingCall() throws InterruptedException {
        try (TestSession session = TestSession.of("2025-11-25", block.tool())) {
            int call = session.call(1, "block", "{}");
            block.awaitStart();

            cancel(session, "1");

            assertThat(session.peer.end(call)).isEqualTo("done");
            assertThat(block.interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void findsAStringIdHoweverItIsWritten() {
        try (TestSession session = TestSession.of("2025-11-25", slow.tool())) {
            int call = session.send(
                    "{\"jsonrpc\":\"2.0\",\"id\":\"\\u0061b\",\"method\":\"tools/call\",\"params\":{\"name\":\"slow\"}}");
            cancel(session, "\"ab\"");
            assertThat(session.peer.end(call)).isEqualTo("done");
        }
    }

    @Test
    void removesARequestThatWaits() {
        try (TestSession session =
                new TestSession(TestSettings.withInFlight(1, 5), slow.tool()).initialize("2025-11-25")) {
            int running = session.call(1, "slow", "{}");
            int waiting = session.call(2, "slow", "{}");
            cancel(session, "2");
            assertThat(session.peer.end(waiting)).isEqualTo("done");

            slow.complete(0, ToolResult.text("one"));
            session.await(running);
            assertThat(slow.calls).hasSize(1);
        }
    }

    @Test
    void letsTheNextRequestRun() {
        try (TestSession session =
                new TestSession(TestSettings.withInFlight(1, 5), slow.tool()).initialize("2025-11-25")) {
            session.call(1, "slow", "{}");
            int waiting = session.call(2, "echo", "{\"text\":\"next\"}");
            cancel(session, "1");
            assertThat(session.peer.end(waiting)).contains("next");
        }
    }

    @Test
    void ofAnEndedRequestIsIgnored() {
        try (TestSession session = TestSession.of("2025-11-25", slow.tool())) {
            int call = session.call(1, "slow", "{}");
            slow.complete(0, ToolResult.text("one"));
            session.await(call);
            cancel(session, "1");
            cancel(session, "\"init\"");
            assertThat(session.peer.end(call)).contains("one");
            assertThat(session.peer.end(1)).contains("protocolVersion");
        }
    }

    @Test
    void happensToEverythingWhenTheSessionCloses() throws InterruptedException {
        try (TestSession session = TestSession.of("2025-11-25", slow.tool(), block.tool())) {
            int first = session.call(1, "slow", "{}");
            int second = session.call(2, "block", "{}");
            block.awaitStart();

            session.conversation.close();

            assertThat(slow.calls.get(0).cancelled()).isTrue();
            assertThat(block.interrupted.await(10, TimeUnit.SECONDS)).isTrue();
            session.peer.runTasks();
            assertThat(session.peer.hasEnded(first)).isFalse();
            assertThat(session.peer.hasEnded(second)).isFalse();
        }
    }

    @Test
    void survivesAnActionThatFails() {
        try (TestSession session = TestSession.of("2025-11-25", slow.tool())) {
            int call = session.call(1, "slow", "{}");
            slow.calls.get(0).onCancel(() -> {
                throw new IllegalStateException("no");
            });
            cancel(session, "1");
            assertThat(session.peer.end(call)).isEqualTo("done");
            assertThat(slow.futures.get(0)).isCancelled();
            assertThat(session.events.all).singleElement().asString().contains("no");
        }
    }

    private static int cancel(TestSession session, String id) {
        return session.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"reason\":\"r\","
                + "\"requestId\":" + id + "}}");
    }
}
