package io.trunkline.node.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.spi.ToolResult;
import org.junit.jupiter.api.Test;

class InFlightTest {

    private final TestTool slow = TestTool.async("slow");

    @Test
    void holdsRequestsBeyondTheLimitInOrderWhilePingsGoOn() {
        try (TestSession session =
                new TestSession(TestSettings.withInFlight(2, 10), slow.tool()).initialize("2025-11-25")) {
            int first = session.call(1, "slow", "{}");
            int second = session.call(2, "slow", "{}");
            int third = session.call(3, "slow", "{}");
            int echo = session.call(4, "echo", "{\"text\":\"a\"}");
            int ping = session.request(5, "ping", "{}");

            assertThat(slow.calls).hasSize(2);
            assertThat(session.peer.hasEnded(ping)).isTrue();
            assertThat(session.peer.hasEnded(echo)).isFalse();
            assertThat(session.conversation.inFlight()).isEqualTo(4);

            slow.complete(0, ToolResult.text("one"));
            session.await(first);
            assertThat(slow.calls).hasSize(3);
            assertThat(session.peer.hasEnded(echo)).as("still behind the third").isFalse();

            slow.complete(2, ToolResult.text("three"));
            session.await(third);
            assertThat(session.peer.end(echo)).contains("\"a\"");
            slow.complete(1, ToolResult.text("two"));
            session.await(second);
            assertThat(session.conversation.inFlight()).isZero();
        }
    }

    @Test
    void refusesWhatTheQueueCannotHold() {
        try (TestSession session =
                new TestSession(TestSettings.withInFlight(1, 2), slow.tool()).initialize("2025-11-25")) {
            session.call(1, "slow", "{}");
            int waiting = session.call(2, "echo", "{\"text\":\"2\"}");
            session.call(3, "echo", "{\"text\":\"3\"}");
            int refused = session.call(4, "echo", "{\"text\":\"4\"}");

            assertThat(session.peer.answer(refused).path("error").path("code").asInt())
                    .isEqualTo(-32000);
            assertThat(session.peer.hasEnded(waiting)).isFalse();
        }
    }

    @Test
    void boundsTheBytesThatWait() {
        McpSettings.Limits limits = new McpSettings.Limits(1, 100, 1000, 100, 1 << 20);
        try (TestSession session = new TestSession(TestSettings.with(limits), slow.tool()).initialize("2025-11-25")) {
            session.call(1, "slow", "{}");
            String large = "{\"text\":\"" + "x".repeat(2000) + "\"}";
            int alone = session.call(2, "echo", large);
            int refused = session.call(3, "echo", large);

            assertThat(session.peer.hasEnded(alone)).isFalse();
            assertThat(session.peer.answer(refused).path("error").path("code").asInt())
                    .isEqualTo(-32000);
            slow.complete(0, ToolResult.text("one"));
            session.await(alone);
            assertThat(session.peer.end(alone)).contains("xxx");
        }
    }

    @Test
    void manyWaitingRequestsThatEndAtOnceDoNotDeepenTheStack() {
        try (TestSession session =
                new TestSession(TestSettings.withInFlight(1, 50_000), slow.tool()).initialize("2025-11-25")) {
            session.call(1, "slow", "{}");
            int last = 0;
            for (int id = 2; id < 10_000; id++) {
                last = session.call(id, "echo", "{\"text\":\"\"}");
            }
            slow.complete(0, ToolResult.text("one"));
            session.await(last);
            assertThat(session.conversation.inFlight()).isZero();
        }
    }

    @Test
    void refusesAnIdThatIsStillInFlight() {
        try (TestSession session =
                new TestSession(TestSettings.withInFlight(1, 5), slow.tool()).initialize("2025-11-25")) {
            session.call(1, "slow", "{}");
            session.call(2, "slow", "{}");
            for (String id : new String[] {"1", "2"}) {
                int again = session.call(Integer.parseInt(id), "echo", "{\"text\":\"a\"}");
                assertThat(session.peer.answer(again).path("error").path("code").asInt())
                        .isEqualTo(-32600);
            }
            int other = session.send("{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"method\":\"tools/list\"}");
            assertThat(session.peer.hasEnded(other))
                    .as("a string is another id than the number")
                    .isFalse();
        }
    }
}
