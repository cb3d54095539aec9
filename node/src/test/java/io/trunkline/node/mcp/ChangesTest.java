package io.trunkline.node.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.trunkline.node.mcp.catalog.RegisteredTool;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.mcp.state.Checkpoint;
import io.trunkline.node.spi.Resource;
import io.trunkline.node.spi.ToolException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What clients are told when lists and resources change, and what a session keeps of its subscriptions. */
class ChangesTest {

    private static final Duration WINDOW = McpSettings.DEFAULT.changes().window();

    private final TestModule module = new TestModule();
    private final ManualClock clock = new ManualClock();

    @Test
    void tellsEachSessionOnceThatTheListsHaveChanged() {
        try (TestSession session = session()) {
            assertThat(names(session)).isEmpty();
            assertThat(module.changed).as("one provider, asked once").hasSize(1);
            module.tools.add(TestModule.tool("new"));
            module.change();
            module.change();
            settle(session);
            assertThat(session.peer.told)
                    .containsExactly(
                            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\",\"params\":{}}",
                            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/list_changed\",\"params\":{}}",
                            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/prompts/list_changed\",\"params\":{}}");
            assertThat(session.peer.relations).containsOnly(0);
            assertThat(names(session)).containsExactly("new");
            module.change();
            settle(session);
            assertThat(session.peer.told).hasSize(6);
        }
    }

    @Test
    void keepsTheListsWhenTheNewOnesCannotBeUsed() {
        try (TestSession session = session()) {
            module.tools.add(TestModule.tool("a"));
            module.change();
            module.tools.add(TestModule.tool("a"));
            assertThatThrownBy(module::change)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("tool a: offered by ");
            settle(session);
            assertThat(names(session)).containsExactly("a");
        }
    }

    @Test
    void whatStaysIsNotRegisteredAgain() {
        try (TestSession session = session()) {
            module.tools.add(TestModule.tool("a"));
            module.change();
            RegisteredTool before = session.server.catalog().tools().listing().find("a");
            module.tools.add(TestModule.tool("b"));
            module.change();
            assertThat(session.server.catalog().tools().listing().find("a")).isSameAs(before);
        }
    }

    @Test
    void tellsNobodyBeforeTheClientIsReadyOrAfterTheEnd() {
        try (TestSession session = new TestSession(module.providers(), clock)) {
            module.change();
            settle(session);
            session.initialize("2025-11-25");
            session.conversation.close();
            module.change();
            settle(session);
            assertThat(session.peer.told).isEmpty();
        }
    }

    @Test
    void tellsOfAnUpdateWhoHasSubscribed() {
        try (TestSession session = session()) {
            FakePeer other = new FakePeer();
            Conversation stranger = session.server.open(other, session.peer.lastCheckpoint());
            int before = session.peer.checkpoints.size();
            assertThat(subscribe(session, "test://text").toString()).contains("\"result\":{}");
            assertThat(subscribe(session, "test://text").toString()).contains("\"result\":{}");
            assertThat(session.peer.checkpoints).as("once").hasSize(before + 1);
            module.updated.accept("test://text");
            module.updated.accept("test://text");
            module.updated.accept("test://blob");
            settle(session);
            assertThat(session.peer.told)
                    .containsExactly("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\","
                            + "\"params\":{\"uri\":\"test://text\"}}");

            assertThat(ask(session, "resources/unsubscribe", "test://text").toString())
                    .contains("\"result\":{}");
            assertThat(ask(session, "resources/unsubscribe", "test://text").toString())
                    .contains("\"result\":{}");
            module.updated.accept("test://text");
            settle(session);
            other.runTasks();
            assertThat(session.peer.told).hasSize(1);
            assertThat(other.told).isEmpty();
            stranger.close();
        }
    }

    @Test
    void doesNotTellOfAnUpdateThatWaitedWhileTheClientUnsubscribed() {
        try (TestSession session = session()) {
            subscribe(session, "test://text");
            module.updated.accept("test://text");
            ask(session, "resources/unsubscribe", "test://text");
            settle(session);
            assertThat(session.peer.told).isEmpty();
        }
    }

    @Test
    void refusesToWatchWhatDoesNotExist() {
        try (TestSession session = session()) {
            JsonNode error = subscribe(session, "test://nowhere").path("error");
            assertThat(error.path("code").asInt()).isEqualTo(-32002);
            assertThat(error.path("data").path("uri").asText()).isEqualTo("test://nowhere");
            assertThat(subscribe(session, "test://user/1/profile").has("result"))
                    .isTrue();
        }
    }

    @Test
    void subscriptionsMoveWithTheSessionWhichIsToldWhatItMayHaveMissed() {
        byte[] checkpoint;
        try (TestSession first = session()) {
            subscribe(first, "test://text");
            subscribe(first, "test://user/1/profile");
            checkpoint = first.peer.lastCheckpoint();
            assertThat(new String(checkpoint, UTF_8))
                    .contains("\"subscriptions\":[\"test://text\",\"test://user/1/profile\"]");
        }
        TestModule elsewhere = new TestModule();
        try (TestSession next = new TestSession(elsewhere.providers(), clock)) {
            FakePeer peer = new FakePeer();
            Conversation resumed = next.server.open(peer, checkpoint);
            clock.pass(McpSettings.DEFAULT.changes().catchUpDelay());
            peer.runTasks();
            assertThat(peer.told)
                    .hasSize(5)
                    .filteredOn(text -> text.contains("notifications/resources/updated"))
                    .hasSize(2);
            elsewhere.updated.accept("test://text");
            clock.pass(WINDOW);
            peer.runTasks();
            assertThat(peer.told).hasSize(6);
            resumed.close();
            assertThat(next.server.audience().subscribed()).isZero();
        }
    }

    @Test
    void subscriptionsStayWithinTheCheckpointWhateverTheToolsKeep() throws ToolException {
        for (int i = 0; i < 60; i++) {
            module.resources.add(Resource.at("test://" + "x".repeat(100) + i).text(""));
        }
        try (TestSession session = session()) {
            int kept = 0;
            JsonNode answer = subscribe(session, "test://" + "x".repeat(100) + kept);
            while (answer.has("result")) {
                kept++;
                answer = subscribe(session, "test://" + "x".repeat(100) + kept);
            }
            assertThat(answer.at("/error/code").asInt()).isEqualTo(-32000);
            assertThat(answer.at("/error/message").asText()).contains("unsubscribe");
            assertThat(kept).isBetween(20, 40);
            session.conversation.values().put("full", TextNode.valueOf("y".repeat(4000)));
            session.peer.runTasks();
            assertThat(session.peer.lastCheckpoint().length).isBetween(7900, Checkpoint.MAX_BYTES);
            assertThat(session.server
                            .open(new FakePeer(), session.peer.lastCheckpoint())
                            .context()
                            .book()
                            .state()
                            .subscriptions())
                    .hasSize(kept);

            ask(session, "resources/unsubscribe", "test://" + "x".repeat(100) + 0);
            assertThat(subscribe(session, "test://" + "x".repeat(100) + kept).has("result"))
                    .isTrue();
        }
    }

    @Test
    void aSessionLeavesNothingBehind() {
        try (TestSession session = session()) {
            subscribe(session, "test://text");
            assertThat(session.server.audience().subscribed()).isEqualTo(1);
            session.conversation.close();
            assertThat(session.server.audience().subscribed()).isZero();
        }
    }

    private TestSession session() {
        return new TestSession(module.providers(), clock).initialize("2025-11-25");
    }

    /** Lets the client be told of what has changed. */
    private void settle(TestSession session) {
        clock.pass(WINDOW);
        session.peer.runTasks();
    }

    private static JsonNode subscribe(TestSession session, String uri) {
        return ask(session, "resources/subscribe", uri);
    }

    private static JsonNode ask(TestSession session, String method, String uri) {
        return session.peer.answer(session.request(5, method, "{\"uri\":\"" + uri + "\"}"));
    }

    private static List<String> names(TestSession session) {
        JsonNode tools =
                session.peer.answer(session.request(5, "tools/list", "{}")).at("/result/tools");
        List<String> names = new java.util.ArrayList<>();
        tools.forEach(tool -> names.add(tool.path("name").asText()));
        return names;
    }
}
