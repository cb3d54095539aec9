package io.trunkline.node.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import io.trunkline.node.mcp.McpServer;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolProvider;
import io.trunkline.node.spi.ToolResult;
import io.trunkline.node.tools.BuiltInTools;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.session.Owner;
import io.trunkline.protocol.session.SessionId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionTest {
    private static final Duration HAND_OFF = Duration.ofSeconds(10);
    private static final Duration ORPHAN = Duration.ofSeconds(30);
    private static final SessionSettings SETTINGS =
            new SessionSettings(256, "unused", HAND_OFF, ORPHAN, Duration.ofMinutes(30));
    private static final int MOST_UNCLAIMED = 1;
    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
    private static final String PONG = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}";

    private final ActorTestKit kit =
            ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.parseString("pekko.loglevel = OFF")));
    private final ManualTime time = ManualTime.get(kit.system());
    private final TestProbe<Object> watcher = kit.createTestProbe();
    private final String id = SessionId.mint(17);
    private final FakeOutlet outlet = new FakeOutlet();
    /** The calls of the tool {@code wait}, in order; complete one to answer it. */
    private final BlockingQueue<CompletableFuture<ToolResult>> calls = new LinkedBlockingQueue<>();

    private final Tool wait = Tool.named("wait").async(call -> {
        CompletableFuture<ToolResult> result = new CompletableFuture<>();
        calls.add(result);
        return result;
    });
    private final Tool roots = Tool.named("roots")
            .async(call ->
                    call.listRoots().thenApply(all -> ToolResult.text(all.get(0).uri())));
    private final McpServer server = McpServer.create(
            McpSettings.DEFAULT, List.<ToolProvider>of(new BuiltInTools(), () -> List.of(wait, roots)));
    private ActorRef<Session.Command> session = kit.spawn(Session.create(id, host("node-1"), this::onSlotLeaves));

    private SessionHost host(String node) {
        return new SessionHost(
                node, server, SETTINGS, (session, epoch, checkpoint) -> {}, new Unclaimed(() -> MOST_UNCLAIMED));
    }

    private void onSlotLeaves() {
        outlet.heard.add("slot leaves");
    }

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
        server.close();
    }

    // --- opening

    @Test
    void opensAndAnswers() {
        open(outlet, 1, "");
        say(outlet, 1, PING);

        awaitHeard("opened", "send 1 " + PONG, "consumed " + PING.length());
    }

    @Test
    void tellsToolsWhereTheSessionIs() throws Exception {
        open(outlet, 3, "");
        initialize(outlet);
        call(outlet, 3, "whoami");

        String answer = awaitOne(line -> line.startsWith("send 3 ")).substring("send 3 ".length());
        assertThat(new ObjectMapper()
                        .readTree(answer)
                        .at("/result/structuredContent")
                        .toString())
                .contains("\"node\":\"node-1\"", "\"session\":\"" + id + "\"", "\"slot\":17", "\"epoch\":3", "\"tcp\"");
    }

    @Test
    void hearsNothingBeforeItIsOpened() {
        say(outlet, 1, PING);
        open(outlet, 1, "");
        say(outlet, 2, PING);

        awaitHeard("opened", "send 2 " + PONG, "consumed " + PING.length());
    }

    @Test
    void aCheckpointGoesOutBeforeTheAnswerThatDependsOnIt() {
        open(outlet, 1, "");
        initialize(outlet);

        awaitOne(line -> line.equals("done 2"));
        List<String> kinds = outlet.heard.stream()
                .map(line -> line.substring(0, line.indexOf(' ') + 1).strip())
                .filter(kind -> kind.equals("checkpoint") || kind.equals("send"))
                .toList();
        assertThat(kinds).startsWith("checkpoint", "send");
    }

    @Test
    void goesOnFromACheckpoint() {
        open(outlet, 1, "");
        initialize(outlet);
        awaitOne(line -> line.equals("done 2"));
        FakeOutlet next = new FakeOutlet();
        session = kit.spawn(Session.create(id, host("node-2"), this::onSlotLeaves));

        open(next, 2, lastCheckpoint());
        say(next, 7, "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"tools/list\"}");

        Awaitility.await()
                .until(() ->
                        next.heard.stream().anyMatch(line -> line.startsWith("send 7 ") && line.contains("whoami")));
    }

    @Test
    void anUnreadableCheckpointIsRefusedAndNothingIsLeft() {
        for (String bad : List.of("x", "{}", "{\"v\":2}", "[]", "null", " ", "{\"v\":1,\"protocol\":\"never\"}")) {
            FakeOutlet one = new FakeOutlet();
            session = kit.spawn(Session.create(id, host("node-1"), this::onSlotLeaves));
            open(one, 1, bad);

            watcher.expectTerminated(session, Duration.ofSeconds(10));
            assertThat(one.heard).as(bad).containsExactly("reset bad_checkpoint 0");
        }
    }

    @Test
    @SuppressWarnings("NullAway") // a defect, for want of another one
    void aSessionThatCannotBeOpenedTellsTheEdgeInsteadOfLettingItWait() {
        session.tell(new Session.Open(outlet, 1, "tcp", "127.0.0.1:1", null, "", Owner.NOBODY));

        watcher.expectTerminated(session, Duration.ofSeconds(10));
        assertThat(outlet.heard).containsExactly("reset internal 0");
    }

    // --- a second binding

    @Test
    void anOpenOfANewerEpochTakesTheSessionOver() {
        open(outlet, 1, "");
        say(outlet, 1, PING);
        FakeOutlet next = new FakeOutlet();
        open(next, 2, "");
        say(next, 2, PING);

        awaitHeard(next, "opened", "send 2 " + PONG, "consumed " + PING.length());
        assertThat(outlet.heard).last().isEqualTo("reset stale_epoch 1");
    }

    @Test
    void anOpenThatIsNotNewerIsRefusedAndChangesNothing() {
        open(outlet, 2, "");
        for (int epoch : new int[] {2, 1, 0, -1}) {
            FakeOutlet late = new FakeOutlet();
            open(late, epoch, "");
            awaitHeard(late, "reset stale_epoch 0");
        }
        say(outlet, 1, PING);

        awaitHeard("opened", "send 1 " + PONG, "consumed " + PING.length());
    }

    @Test
    void messagesOfTheFormerBindingThatComeLateAreDropped() {
        open(outlet, 1, "");
        say(outlet, 1, PING);
        FakeOutlet next = new FakeOutlet();
        open(next, 2, "");
        // The edge was told that only message 1 was taken up, so it sends 2 again.
        say(outlet, 2, PING);
        say(next, 2, PING);

        awaitHeard(next, "opened", "send 2 " + PONG, "consumed " + PING.length());
    }

    @Test
    void theFormerBindingCannotEndTheSession() {
        open(outlet, 1, "");
        FakeOutlet next = new FakeOutlet();
        open(next, 2, "");
        session.tell(new Session.Closed(outlet));
        session.tell(new Session.Unbound(outlet));
        awaitOne(line -> line.startsWith("reset"));
        time.timePasses(ORPHAN.multipliedBy(2));
        say(next, 1, PING);

        awaitHeard(next, "opened", "send 1 " + PONG, "consumed " + PING.length());
    }

    @Test
    void answersOfTheFormerBindingAreDropped() throws InterruptedException {
        open(outlet, 1, "");
        initialize(outlet);
        call(outlet, 3, "wait");
        CompletableFuture<ToolResult> running = calls.take();
        FakeOutlet next = new FakeOutlet();
        open(next, 2, "");
        awaitHeard(next, "opened");
        running.complete(ToolResult.text("late"));
        say(next, 4, PING);

        awaitHeard(next, "opened", "send 4 " + PONG, "consumed " + PING.length());
        assertThat(outlet.heard).last().isEqualTo("reset stale_epoch 3");
        assertThat(outlet.heard).noneMatch(line -> line.startsWith("send 3"));
    }

    @Test
    void aBadCheckpointOfANewerEpochEndsTheSessionAndTellsBothEdges() {
        open(outlet, 1, "");
        FakeOutlet next = new FakeOutlet();
        open(next, 2, "rubbish");

        watcher.expectTerminated(session, Duration.ofSeconds(10));
        assertThat(next.heard).containsExactly("reset bad_checkpoint 0");
        assertThat(outlet.heard).contains("reset stale_epoch 0");
    }

    // --- the end

    @Test
    void endsWithItsClient() throws InterruptedException {
        open(outlet, 1, "");
        initialize(outlet);
        call(outlet, 3, "wait");
        CompletableFuture<ToolResult> running = calls.take();

        session.tell(new Session.Closed(outlet));

        watcher.expectTerminated(session, Duration.ofSeconds(10));
        assertThat(running).isCancelled();
        assertThat(outlet.heard).noneMatch(line -> line.startsWith("send 3"));
    }

    @Test
    void anOrphanWaitsForItsClientAndThenEnds() {
        open(outlet, 1, "");
        say(outlet, 1, PING);
        session.tell(new Session.Unbound(outlet));
        awaitTakenUp();
        time.timePasses(ORPHAN.minusMillis(1));
        awaitTakenUp();
        time.timePasses(Duration.ofMillis(1));

        watcher.expectTerminated(session, Duration.ofSeconds(10));
    }

    @Test
    void anOrphanThatIsOpenedAgainLivesOn() {
        open(outlet, 1, "");
        session.tell(new Session.Unbound(outlet));
        awaitTakenUp();
        FakeOutlet next = new FakeOutlet();
        open(next, 2, "");
        awaitHeard(next, "opened");
        time.timePasses(ORPHAN.multipliedBy(2));
        say(next, 1, PING);

        awaitHeard(next, "opened", "send 1 " + PONG, "consumed " + PING.length());
    }

    @Test
    void holdMeansNothingToASession() {
        open(outlet, 1, "");
        session.tell(Session.Hold.HOLD);
        say(outlet, 1, PING);

        awaitHeard("opened", "send 1 " + PONG, "consumed " + PING.length());
    }

    @Test
    void aSessionThatIsStoppedFromOutsideTellsTheEdge() {
        open(outlet, 1, "");
        say(outlet, 1, PING);
        awaitOne(line -> line.startsWith("consumed"));

        kit.stop(session);

        assertThat(outlet.heard).last().isEqualTo("reset internal 1");
    }

    // --- moving

    @Test
    void movesAtOnceWhenNothingIsInFlight() {
        open(outlet, 1, "");
        say(outlet, 4, PING);
        session.tell(Session.HandOff.HAND_OFF);

        watcher.expectTerminated(session, Duration.ofSeconds(10));
        assertThat(outlet.heard).contains("reset moved 4");
        assertThat(outlet.heard.indexOf("send 4 " + PONG)).isLessThan(outlet.heard.indexOf("slot leaves"));
        // Or the edge would come back to the node that it just left.
        assertThat(outlet.heard.indexOf("slot leaves")).isLessThan(outlet.heard.indexOf("reset moved 4"));
    }

    @Test
    void movesAtOnceWhenItWasNeverOpened() {
        session.tell(Session.HandOff.HAND_OFF);

        watcher.expectTerminated(session, Duration.ofSeconds(10));
    }

    @Test
    void finishesWhatIsInFlightBeforeItMovesAndTakesUpNothingNew() throws InterruptedException {
        open(outlet, 1, "");
        initialize(outlet);
        call(outlet, 3, "wait");
        call(outlet, 4, "wait");
        CompletableFuture<ToolResult> first = calls.take();
        CompletableFuture<ToolResult> second = calls.take();
        session.tell(Session.HandOff.HAND_OFF);
        say(outlet, 5, PING);
        first.complete(ToolResult.text("one"));
        awaitOne(line -> line.startsWith("send 3 "));
        assertThat(outlet.heard).noneMatch(line -> line.startsWith("reset"));
        second.complete(ToolResult.text("two"));

        watcher.expectTerminated(session, Duration.ofSeconds(10));
        assertThat(outlet.heard).anyMatch(line -> line.startsWith("send 4 ")).contains("reset moved 4");
        assertThat(outlet.heard).noneMatch(line -> line.startsWith("send 5"));
        assertThat(outlet.heard.stream()
                        .filter(line -> line.startsWith("reset moved"))
                        .count())
                .isEqualTo(1);
    }

    @Test
    void takesAnswersToWhatIsInFlightWhileItMoves() {
        open(outlet, 1, "");
        say(
                outlet,
                1,
                "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":"
                        + "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"roots\":{}}}}");
        call(outlet, 2, "roots");
        awaitOne(line -> line.startsWith("send 0 ") && line.contains("\"id\":\"1-1\""));
        session.tell(Session.HandOff.HAND_OFF);
        say(outlet, 3, PING);
        say(outlet, 4, "{\"jsonrpc\":\"2.0\",\"id\":\"1-1\",\"result\":{\"roots\":[{\"uri\":\"file:///a\"}]}}");

        watcher.expectTerminated(session, Duration.ofSeconds(10));
        assertThat(outlet.heard)
                .contains("done 4", "reset moved 2")
                .anyMatch(line -> line.startsWith("send 2 ") && line.contains("file:///a"))
                .noneMatch(line -> line.startsWith("send 3 "));
    }

    @Test
    void movesWhenTheClientCancelsTheLastThatWasInFlight() throws InterruptedException {
        open(outlet, 1, "");
        initialize(outlet);
        call(outlet, 3, "wait");
        CompletableFuture<ToolResult> running = calls.take();
        session.tell(Session.HandOff.HAND_OFF);
        say(outlet, 4, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":3}}");

        watcher.expectTerminated(session, Duration.ofSeconds(10));
        assertThat(outlet.heard).contains("done 3", "done 4", "reset moved 3");
        assertThat(running).isCancelled();
    }

    @Test
    void movesAtTheDeadlineWhateverIsInFlight() throws InterruptedException {
        open(outlet, 1, "");
        initialize(outlet);
        call(outlet, 3, "wait");
        CompletableFuture<ToolResult> running = calls.take();
        session.tell(Session.HandOff.HAND_OFF);
        FakeOutlet refused = new FakeOutlet();
        open(refused, 2, "");
        // Once this one is answered the hand-off has begun.
        awaitHeard(refused, "reset not_hosted 0");
        time.timePasses(HAND_OFF.minusMillis(1));
        assertThat(outlet.heard).noneMatch(line -> line.startsWith("reset"));
        time.timePasses(Duration.ofMillis(1));

        watcher.expectTerminated(session, Duration.ofSeconds(10));
        assertThat(outlet.heard).contains("reset moved 3");
        assertThat(running).isCancelled();
    }

    @Test
    void aClientThatLeavesDuringTheHandOffEndsIt() throws InterruptedException {
        open(outlet, 1, "");
        initialize(outlet);
        call(outlet, 3, "wait");
        calls.take();
        session.tell(Session.HandOff.HAND_OFF);
        session.tell(new Session.Closed(outlet));

        watcher.expectTerminated(session, Duration.ofSeconds(10));
        assertThat(outlet.heard).noneMatch(line -> line.startsWith("reset moved"));
    }

    @Test
    void movesWhenTheEdgeAsksForIt() throws InterruptedException {
        open(outlet, 1, "");
        initialize(outlet);
        call(outlet, 3, "wait");
        CompletableFuture<ToolResult> running = calls.take();
        session.tell(new Session.Release(new FakeOutlet()));
        session.tell(new Session.Release(outlet));
        session.tell(new Session.Release(outlet));
        say(outlet, 4, PING);
        running.complete(ToolResult.text("one"));

        watcher.expectTerminated(session, Duration.ofSeconds(10));
        assertThat(outlet.heard).anyMatch(line -> line.startsWith("send 3 ")).contains("reset moved 3");
        assertThat(outlet.heard).noneMatch(line -> line.startsWith("send 4"));
    }

    // --- messages that another node may have handled

    @Test
    void repeatsWhatIsSafeToRepeat() {
        open(outlet, 2, "");
        session.tell(new Session.Message(outlet, Bytes.wrap(PING.getBytes(UTF_8)), 7, true, false));

        awaitHeard("opened", "send 7 " + PONG, "consumed " + PING.length());
    }

    @Test
    void doesNotRunAgainWhatMayHaveRunAndSaysWhichNodeWasLost() throws Exception {
        open(outlet, 1, "");
        initialize(outlet);
        awaitOne(line -> line.startsWith("checkpoint "));
        awaitTakenUp();
        FakeOutlet next = new FakeOutlet();
        byte[] state = lastCheckpoint().getBytes(UTF_8);
        session.tell(new Session.Open(next, 2, "tcp", "127.0.0.1:1", Bytes.wrap(state), "node-9", Owner.NOBODY));
        String call =
                "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"tools/call\",\"params\":{\"name\":\"wait\",\"arguments\":{}}}";
        session.tell(new Session.Message(next, Bytes.wrap(call.getBytes(UTF_8)), 3, true, false));
        session.tell(new Session.Message(next, Bytes.wrap(PING.getBytes(UTF_8)), 4, false, false));

        Awaitility.await().until(() -> next.heard.stream().anyMatch(line -> line.startsWith("send 4 ")));
        String refusal = next.heard.stream()
                .filter(line -> line.startsWith("send 3 "))
                .findFirst()
                .orElseThrow();
        assertThat(new ObjectMapper().readTree(refusal.substring("send 3 ".length())))
                .isEqualTo(new ObjectMapper().readTree("""
                {"jsonrpc":"2.0","id":"x","error":{"code":-32603,"message":"the node was lost","data":
                {"reason":"node_lost","source":"balancer","retryable":true,"node":"node-9","executed":"unknown",
                "attempts":1}}}"""));
        assertThat(calls).isEmpty();
    }

    // --- help

    private void open(FakeOutlet to, int epoch, String checkpoint) {
        session.tell(new Session.Open(
                to, epoch, "tcp", "127.0.0.1:1", Bytes.wrap(checkpoint.getBytes(UTF_8)), "", Owner.NOBODY));
    }

    private void say(FakeOutlet from, int number, String message) {
        session.tell(new Session.Message(from, Bytes.wrap(message.getBytes(UTF_8)), number, false, false));
    }

    private void initialize(FakeOutlet from) {
        say(from, 1, """
                {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25",\
                "capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""");
        say(from, 2, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    }

    private void call(FakeOutlet from, int number, String tool) {
        say(from, number, """
                {"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"%s","arguments":{}}}""".formatted(number, tool));
    }

    private String lastCheckpoint() {
        return outlet.heard.stream()
                .filter(line -> line.startsWith("checkpoint "))
                .reduce((first, second) -> second)
                .orElseThrow()
                .substring("checkpoint ".length());
    }

    /** Waits until the session has taken up what was sent to it so far. */
    private void awaitTakenUp() {
        FakeOutlet stale = new FakeOutlet();
        open(stale, 0, "");
        awaitHeard(stale, "reset stale_epoch 0");
    }

    private void awaitHeard(String... lines) {
        awaitHeard(outlet, lines);
    }

    private static void awaitHeard(FakeOutlet from, String... lines) {
        Awaitility.await().untilAsserted(() -> assertThat(from.heard).containsExactly(lines));
    }

    private String awaitOne(Predicate<String> wanted) {
        Awaitility.await().until(() -> outlet.heard.stream().anyMatch(wanted));
        return outlet.heard.stream().filter(wanted).findFirst().orElseThrow();
    }
}
