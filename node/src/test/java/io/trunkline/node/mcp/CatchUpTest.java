package io.trunkline.node.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.node.mcp.catalog.Providers;
import io.trunkline.node.mcp.kit.McpSettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client is told after its session was bound to a node again, and when. */
class CatchUpTest {

    private static final Duration WINDOW = McpSettings.DEFAULT.changes().window();
    private static final Duration DELAY = McpSettings.DEFAULT.changes().catchUpDelay();
    private static final Duration MOST = DELAY.minusMillis(1);
    private static final String TEXT = "test://text";
    private static final String BLOB = "test://blob";

    private final TestModule module = new TestModule();
    private final ManualClock clock = new ManualClock();
    private final TestSession first = new TestSession(module.providers(), clock).initialize("2025-11-25");

    @AfterEach
    void close() {
        first.close();
    }

    @Test
    void severalBindingsInARowGiveOneCatchUp() {
        byte[] checkpoint = checkpointOf(TEXT, BLOB);
        for (int binding = 0; binding < 6; binding++) {
            FakePeer former = new FakePeer();
            Conversation bound = first.server.open(former, checkpoint);
            clock.pass(MOST);
            former.runTasks();
            assertThat(former.told).isEmpty();
            bound.close();
        }
        assertThat(clock.waiting()).isZero();

        FakePeer peer = new FakePeer();
        Conversation bound = first.server.open(peer, checkpoint);
        assertThat(clock.waiting()).as("one task, whatever was subscribed to").isEqualTo(1);
        pass(DELAY, peer);

        assertThat(updates(peer)).containsExactlyInAnyOrder(TEXT, BLOB);
        pass(DELAY.multipliedBy(10), peer);
        assertThat(updates(peer)).hasSize(2);
        bound.close();
    }

    @Test
    void whatChangesMeanwhileIsToldAtOnceAndNotAgain() {
        FakePeer peer = new FakePeer();
        Conversation bound = first.server.open(peer, checkpointOf(TEXT, BLOB));
        module.updated.accept(TEXT);
        pass(WINDOW, peer);
        assertThat(updates(peer)).containsExactly(TEXT);

        pass(DELAY, peer);

        assertThat(updates(peer)).containsExactly(TEXT, BLOB);
        bound.close();
    }

    @Test
    void whatWasToldBeforeItWasBoundAgainIsToldAgain() {
        FakePeer peer = new FakePeer();
        Conversation bound = first.server.open(peer, checkpointOf(TEXT));
        module.updated.accept(TEXT);
        pass(WINDOW, peer);
        // Another balancer takes the session over: what was said before may not have reached the client.
        bound.catchUp();
        assertThat(clock.waiting()).as("what was due is put off").isEqualTo(1);
        pass(MOST, peer);
        assertThat(updates(peer)).containsExactly(TEXT);

        pass(DELAY, peer);

        assertThat(updates(peer)).containsExactly(TEXT, TEXT);
        bound.close();
    }

    @Test
    void whatWasNotToldBecauseTheClientWasNotReadyIsStillTold() {
        byte[] notReady = new String(checkpointOf(TEXT), UTF_8)
                .replace("\"ready\":true", "\"ready\":false")
                .getBytes(UTF_8);
        FakePeer peer = new FakePeer();
        Conversation bound = first.server.open(peer, notReady);
        module.updated.accept(TEXT);
        pass(WINDOW, peer);
        assertThat(peer.told).isEmpty();
        bound.receive("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}".getBytes(UTF_8), 1);

        pass(DELAY, peer);

        assertThat(updates(peer)).containsExactly(TEXT);
        bound.close();
    }

    @Test
    void tellsNothingOfWhatTheClientNoLongerWatches() {
        FakePeer peer = new FakePeer();
        Conversation bound = first.server.open(peer, checkpointOf(TEXT, BLOB));
        bound.receive("""
                {"jsonrpc":"2.0","id":1,"method":"resources/unsubscribe","params":{"uri":"test://text"}}""".getBytes(UTF_8), 1);

        pass(DELAY, peer);

        assertThat(updates(peer)).containsExactly(BLOB);
        bound.close();
    }

    @Test
    void listsMayHaveChangedToo() {
        FakePeer peer = new FakePeer();
        Conversation bound = first.server.open(peer, checkpointOf());
        module.change();
        pass(WINDOW, peer);
        pass(DELAY, peer);
        assertThat(peer.told).hasSize(3).allMatch(text -> text.contains("list_changed"));
        bound.close();
    }

    @Test
    void aNewSessionAndOneThatWatchesNothingHaveMissedNothing() {
        checkpointOf();
        assertThat(clock.waiting()).isZero();
        try (TestSession plain = new TestSession(new Providers(List.of(), List.of(), List.of()), clock)) {
            plain.initialize("2025-11-25");
            Conversation bound = plain.server.open(new FakePeer(), plain.peer.lastCheckpoint());
            assertThat(clock.waiting()).isZero();
            bound.close();
        }
    }

    @Test
    void allThatListensOnOneConnectionCatchesUpTogether() {
        FakePeer peer = new FakePeer();
        Conversation bound = first.server.open(peer, new byte[0]);
        again(bound, 7, TEXT);
        again(bound, 8, BLOB);
        assertThat(clock.waiting()).isEqualTo(1);
        module.updated.accept(TEXT);
        pass(WINDOW, peer);
        assertThat(peer.relations).containsExactly(7);

        pass(DELAY, peer);

        assertThat(peer.relations).containsExactly(7, 8);
        assertThat(updates(peer)).containsExactly(TEXT, BLOB);
        bound.close();
    }

    private static void again(Conversation conversation, int number, String uri) {
        String request = StatelessRequest.of(
                number, "subscriptions/listen", "\"notifications\":{\"resourceSubscriptions\":[\"" + uri + "\"]},");
        conversation.receiveAgain(request.getBytes(UTF_8), number, "node-2", true);
    }

    private byte[] checkpointOf(String... uris) {
        for (String uri : uris) {
            first.request(100, "resources/subscribe", "{\"uri\":\"" + uri + "\"}");
        }
        return first.peer.lastCheckpoint();
    }

    private void pass(Duration time, FakePeer peer) {
        clock.pass(time);
        peer.runTasks();
    }

    private static List<String> updates(FakePeer peer) {
        return peer.told.stream()
                .map(FakePeer::json)
                .map(message -> message.at("/params/uri").asText())
                .filter(uri -> !uri.isEmpty())
                .toList();
    }
}
