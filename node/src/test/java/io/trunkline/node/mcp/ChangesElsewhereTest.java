package io.trunkline.node.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.protocol.jsonrpc.Methods;
import io.trunkline.protocol.metrics.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the clients of a node are told of changes on other nodes, and what these are told. */
@Timeout(60)
class ChangesElsewhereTest {

    private static final Duration WINDOW = McpSettings.DEFAULT.changes().window();
    private static final String TEXT = "test://text";

    private final ManualClock clock = new ManualClock();
    private final TestModule here = new TestModule();
    private final TestModule there = new TestModule();
    private final TestSession session = new TestSession(here.providers(), clock).initialize("2025-11-25");
    private final TestSession other = new TestSession(there.providers(), clock);
    private final List<List<String>> published = new ArrayList<>();

    ChangesElsewhereTest() {
        session.server.tellOthers(changes -> published.add(List.copyOf(changes)));
        other.server.tellOthers(session.server::changedElsewhere);
        session.request(1, "resources/subscribe", "{\"uri\":\"" + TEXT + "\"}");
    }

    @AfterEach
    void close() {
        session.close();
        other.close();
    }

    @Test
    void aClientHearsOfAnUpdateOnAnotherNodeAndNobodyIsToldOfItAgain() {
        there.updated.accept(TEXT);
        there.updated.accept("test://blob");
        settle();
        assertThat(session.peer.told)
                .containsExactly("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\","
                        + "\"params\":{\"uri\":\"test://text\"}}");
        assertThat(published).isEmpty();
        assertThat(count(session.metrics, "received")).isEqualTo(2);
        assertThat(count(other.metrics, "published")).isEqualTo(2);
    }

    @Test
    void whatAllNodesTellAtTheSameTimeIsToldOnce() {
        here.updated.accept(TEXT);
        for (int node = 2; node < 100; node++) {
            session.server.changedElsewhere(List.of(TEXT));
        }
        settle();
        assertThat(session.peer.told).hasSize(1);
        assertThat(published).containsExactly(List.of(TEXT));
    }

    @Test
    void theListsOfThisNodeAreAskedForBeforeItsClientsAreTold() throws InterruptedException {
        here.tools.add(TestModule.tool("everywhere"));
        for (int node = 2; node < 5; node++) {
            session.server.changedElsewhere(List.of(Methods.TOOLS_LIST_CHANGED));
        }
        clock.pass(WINDOW);
        clock.awaitOne();
        settle();
        assertThat(session.peer.told)
                .containsExactly("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\",\"params\":{}}");
        assertThat(session.peer
                        .answer(session.request(9, "tools/list", "{}"))
                        .at("/result/tools/0/name")
                        .asText())
                .isEqualTo("everywhere");
        assertThat(published).isEmpty();
    }

    @Test
    void clientsAreToldOfAListThatCannotBeUsedHereToo() throws InterruptedException {
        here.tools.add(TestModule.tool("twice"));
        here.tools.add(TestModule.tool("twice"));
        session.server.changedElsewhere(List.of(Methods.TOOLS_LIST_CHANGED));
        clock.pass(WINDOW);
        clock.awaitOne();
        settle();
        assertThat(session.peer.told).hasSize(1);
        assertThat(session.peer
                        .answer(session.request(9, "tools/list", "{}"))
                        .at("/result/tools")
                        .size())
                .isZero();
    }

    @Test
    void whatThisNodeDoesNotKnowOfIsNotTold() {
        session.server.changedElsewhere(List.of("notifications/weather/changed", "x", "", "unknown://resource"));
        settle();
        assertThat(session.peer.told).isEmpty();
        assertThat(clock.waiting()).isZero();
    }

    @Test
    void otherNodesAreToldOfSoManyResourcesAndNoMore() {
        int most = McpSettings.DEFAULT.changes().resources();
        IntStream.range(0, most + 7).forEach(i -> here.updated.accept("test://many/" + i));
        here.change();
        here.updated.accept("no URI");
        here.updated.accept("test://" + "x".repeat(2048));
        here.updated.accept("test://\ud800");
        clock.pass(WINDOW);
        assertThat(published).hasSize(2);
        assertThat(published.get(0)).hasSize(most);
        assertThat(published.get(1)).as("of the lists in any case").hasSize(3);
        assertThat(count(session.metrics, "published")).isEqualTo(most + 3);
        assertThat(count(session.metrics, "dropped")).isEqualTo(10);

        here.updated.accept("test://many/" + most);
        clock.pass(WINDOW);
        assertThat(published).last().isEqualTo(List.of("test://many/" + most));
    }

    private void settle() {
        clock.pass(WINDOW.multipliedBy(2));
        session.peer.runTasks();
    }

    private static long count(Metrics metrics, String way) {
        return metrics.counter("trunkline.announcements", Map.of("way", way)).total();
    }
}
