package io.trunkline.node.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.mcp.kit.McpSettings;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that stay open to be told of changes (MCP 2026-07-28, patterns/subscriptions). */
class ListenTest {

    private static final String TAG = "\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":5}";

    private static final Duration WINDOW = McpSettings.DEFAULT.changes().window();
    private static final Duration CATCH_UP = McpSettings.DEFAULT.changes().catchUpDelay();

    private final TestModule module = new TestModule();
    private final ManualClock clock = new ManualClock();

    @Test
    void isToldOfWhatItNamesAndOfNothingElse() {
        try (TestSession session = session()) {
            int listen = listen(
                    session,
                    "\"toolsListChanged\":true,\"promptsListChanged\":false,"
                            + "\"resourceSubscriptions\":[\"test://text\",\"test://nowhere\"]");
            assertThat(session.peer.told)
                    .containsExactly("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\","
                            + "\"params\":{" + TAG + ",\"notifications\":{\"toolsListChanged\":true,"
                            + "\"resourceSubscriptions\":[\"test://text\"]}}}");
            session.peer.told.clear();
            module.change();
            module.change();
            module.updated.accept("test://text");
            module.updated.accept("test://blob");
            clock.pass(WINDOW);
            session.peer.runTasks();
            assertThat(session.peer.told)
                    .containsExactlyInAnyOrder(
                            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\",\"params\":{" + TAG
                                    + "}}",
                            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":{" + TAG
                                    + ",\"uri\":\"test://text\"}}");
            assertThat(session.peer.relations).containsOnly(listen);
            assertThat(session.peer.hasEnded(listen)).isFalse();
            assertThat(session.conversation.inFlight())
                    .as("a node that leaves does not wait for it")
                    .isZero();
        }
    }

    @Test
    void goesOnAtAnotherNodeWithEverythingThatMayHaveBeenMissed() {
        try (TestSession session = session()) {
            String request = request("\"toolsListChanged\":true,\"resourceSubscriptions\":[\"test://text\"]");
            session.conversation.receiveAgain(request.getBytes(UTF_8), 9, "node-2", true);
            assertThat(session.peer.told).isEmpty();
            clock.pass(CATCH_UP);
            session.peer.runTasks();
            assertThat(session.peer.told).hasSize(2).noneMatch(message -> message.contains("acknowledged"));
            assertThat(session.peer.told).anyMatch(message -> message.contains("tools/list_changed"));
            assertThat(session.peer.told).anyMatch(message -> message.contains("test://text"));
            module.updated.accept("test://text");
            clock.pass(WINDOW);
            session.peer.runTasks();
            assertThat(session.peer.told).hasSize(3);
        }
    }

    @Test
    void isAcknowledgedThereWhenItWasNotBefore() {
        try (TestSession session = session()) {
            session.conversation.receiveAgain(
                    request("\"toolsListChanged\":true").getBytes(UTF_8), 9, "node-2", false);
            assertThat(session.peer.told).hasSize(1).first().asString().contains("acknowledged");
        }
    }

    @Test
    void endsWhenTheClientCancelsItOrIsGone() {
        try (TestSession session = session()) {
            int listen = listen(session, "\"resourceSubscriptions\":[\"test://text\"]");
            assertThat(session.server.audience().subscribed()).isEqualTo(1);
            session.send("""
                    {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5}}""");
            assertThat(session.peer.end(listen)).isEqualTo("done");
            assertThat(session.server.audience().subscribed()).isZero();
            listen(session, "\"resourceSubscriptions\":[\"test://text\"]");
            session.conversation.close();
            assertThat(session.server.audience().subscribed()).isZero();
        }
    }

    @Test
    void hasAnIdOfItsOwnWhileItIsOpen() {
        try (TestSession session = session()) {
            listen(session, "\"toolsListChanged\":true");
            JsonNode second = session.peer.answer(listen(session, "\"toolsListChanged\":true"));
            assertThat(second.at("/error/code").asInt()).isEqualTo(-32600);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"toolsListChanged\":1",
                "\"resourceSubscriptions\":{}",
                "\"resourceSubscriptions\":[7]",
            })
    void refusesWhatIsNoFilter(String filter) {
        try (TestSession session = session()) {
            assertThat(session.peer
                            .answer(listen(session, filter))
                            .at("/error/code")
                            .asInt())
                    .isEqualTo(-32602);
            assertThat(session.peer.told).isEmpty();
        }
    }

    @Test
    void isBoundedInItsResourcesAndInNumber() {
        try (TestSession session = session()) {
            String many = IntStream.range(0, 257)
                    .mapToObj(i -> "\"test://" + i + "\"")
                    .collect(Collectors.joining(","));
            assertThat(session.peer
                            .answer(listen(session, "\"resourceSubscriptions\":[" + many + "]"))
                            .at("/error/code")
                            .asInt())
                    .isEqualTo(-32602);
            for (int i = 0; i < 64; i++) {
                session.send(request("\"toolsListChanged\":true").replace("\"id\":5", "\"id\":" + (100 + i)));
            }
            assertThat(session.peer.told).hasSize(64);
            assertThat(session.peer
                            .answer(listen(session, "\"toolsListChanged\":true"))
                            .at("/error/code")
                            .asInt())
                    .isEqualTo(-32602);
        }
    }

    private TestSession session() {
        return new TestSession(module.providers(), clock);
    }

    private static int listen(TestSession session, String filter) {
        return session.send(request(filter));
    }

    private static String request(String filter) {
        return StatelessRequest.of(5, "subscriptions/listen", "\"notifications\":{" + filter + "},");
    }
}
