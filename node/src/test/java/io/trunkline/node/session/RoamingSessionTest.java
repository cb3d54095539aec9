package io.trunkline.node.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.trunkline.node.mcp.McpServer;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolProvider;
import io.trunkline.node.spi.ToolResult;
import io.trunkline.node.tools.BuiltInTools;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.session.Owner;
import io.trunkline.protocol.session.SessionId;
import io.trunkline.protocol.session.Transport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions of HTTP, which go from one balancer to another. */
class RoamingSessionTest {
    private static final Duration UNCLAIMED = Duration.ofMinutes(30);
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
    private static final String PONG = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}";

    private final ActorTestKit kit =
            ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.parseString("pekko.loglevel = OFF")));
    private final ManualTime time = ManualTime.get(kit.system());
    private final TestProbe<Object> watcher = kit.createTestProbe();
    private final String id = SessionId.mint(17);
    private final FakeOutlet former = new FakeOutlet();
    private final FakeOutlet next = new FakeOutlet();
    private final BlockingQueue<String> offers = new LinkedBlockingQueue<>();
    private final BlockingQueue<CompletableFuture<ToolResult>> calls = new LinkedBlockingQueue<>();
    private final Unclaimed unclaimed = new Unclaimed(() -> 1);

    private final Tool wait = Tool.named("wait").async(call -> {
        CompletableFuture<ToolResult> result = new CompletableFuture<>();
        calls.add(result);
        return result;
    });
    private final McpServer server =
            McpServer.create(McpSettings.DEFAULT, List.<ToolProvider>of(new BuiltInTools(), () -> List.of(wait)));
    private final SessionHost host = new SessionHost(
            "node-1",
            server,
            new SessionSettings(256, "unused", Duration.ofSeconds(10), Duration.ofSeconds(30), UNCLAIMED),
            (session, epoch, checkpoint) ->
                    offers.add(session + " " + epoch + " " + new String(checkpoint.array(), UTF_8)),
            unclaimed);
    private final ActorRef<Session.Command> session = kit.spawn(Session.create(id, host, () -> {}));

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
        server.close();
    }

    @Test
    void isOfferedWhenItsBalancerIsGoneAndAgainUntilSomebodyTakesIt() throws InterruptedException {
        begin();
        session.tell(new Session.Unbound(former));
        awaitUnclaimed(1);
        time.timePasses(Duration.ofMillis(1999));
        awaitTakenUp();
        assertThat(offers).isEmpty();

        time.timePasses(Duration.ofSeconds(3));
        assertThat(offers.take()).isEqualTo(id + " 3 ");
        time.timePasses(Duration.ofSeconds(5));
        assertThat(offers.take()).isEqualTo(id + " 3 ");
        adopt();
        time.timePasses(Duration.ofSeconds(20));
        ping(9);

        assertThat(offers).isEmpty();
    }

    @Test
    void isOfferedAtOnceWhenItsBalancerLetsGoOfIt() throws InterruptedException {
        begin();
        session.tell(new Session.Abandoned(former));
        awaitUnclaimed(1);
        time.timePasses(Duration.ofMillis(1));

        assertThat(offers.take()).isEqualTo(id + " 3 ");
    }

    @Test
    void whatRunsGoesOnAndIsAnsweredToTheBalancerThatTookItOver() throws InterruptedException {
        begin();
        call(7);
        CompletableFuture<ToolResult> running = calls.take();
        session.tell(new Session.Unbound(former));
        adopt();
        running.complete(ToolResult.text("done"));

        assertThat(awaitHeard("adopted ")).isEqualTo("adopted 4 7 [7]");
        assertThat(awaitHeard("send 7 ")).contains("\"done\"");
        assertThat(next.heard.subList(0, 3))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("adopted"),
                        line -> assertThat(line).startsWith("checkpoint {\"v\":1,\"protocol\":\"2025-11-25\""),
                        line -> assertThat(line).isEqualTo("opened"));
    }

    @Test
    void whatIsAnsweredWhileNobodyHoldsItIsKept() throws InterruptedException {
        begin();
        call(7);
        CompletableFuture<ToolResult> running = calls.take();
        session.tell(new Session.Unbound(former));
        awaitUnclaimed(1);
        running.complete(ToolResult.text("kept"));
        // A second call tells that the first one's end was dealt with.
        awaitTakenUp();
        adopt();

        assertThat(awaitHeard("send 7 ")).contains("\"kept\"");
        assertThat(awaitHeard("adopted ")).isEqualTo("adopted 4 7 []");
    }

    @Test
    void nobodyTakesItFromABalancerThatHoldsIt() {
        begin();
        session.tell(new Session.Open(next, Frame.ADOPT, Transport.HTTP, "", Bytes.EMPTY, "", Owner.NOBODY));

        assertThat(awaitHeard("reset")).isEqualTo("reset stale_epoch 0");
        session.tell(new Session.Message(former, Bytes.wrap(PING.getBytes(UTF_8)), 3, false, false));
        Awaitility.await().until(() -> former.heard.contains("send 3 " + PONG));
    }

    @Test
    void aSessionThatIsNotThereCannotBeAdopted() {
        session.tell(new Session.Open(next, Frame.ADOPT, Transport.HTTP, "", Bytes.EMPTY, "", Owner.NOBODY));

        watcher.expectTerminated(session, LONG);
        assertThat(next.heard).containsExactly("reset unknown_session 0");
    }

    @Test
    void theFormerBalancerMayComeBackInsteadWithANewerEpoch() {
        begin();
        session.tell(new Session.Unbound(former));
        awaitUnclaimed(1);
        session.tell(new Session.Open(next, 4, Transport.HTTP, "", Bytes.EMPTY, "", Owner.NOBODY));
        awaitHeard("opened");

        assertThat(unclaimed.count()).isZero();
    }

    @Test
    void endsWhenNobodyTakesItForLong() {
        begin();
        session.tell(new Session.Unbound(former));
        awaitUnclaimed(1);
        time.timePasses(UNCLAIMED);

        watcher.expectTerminated(session, LONG);
        awaitUnclaimed(0);
    }

    @Test
    void endsAtOnceWhenTooManyWaitAlready() {
        begin();
        assertThat(unclaimed.take()).isTrue();
        session.tell(new Session.Unbound(former));

        watcher.expectTerminated(session, LONG);
        assertThat(unclaimed.count()).isEqualTo(1);
    }

    @Test
    void whenItsSlotMovesMeanwhileItIsGivenAwayWithAllThatItIs() throws InterruptedException {
        begin();
        session.tell(new Session.Unbound(former));
        session.tell(Session.HandOff.HAND_OFF);

        watcher.expectTerminated(session, LONG);
        assertThat(offers.take()).startsWith(id + " 3 {\"v\":1,\"protocol\":\"2025-11-25\"");
        awaitUnclaimed(0);
    }

    private void begin() {
        session.tell(new Session.Open(former, 3, Transport.HTTP, "127.0.0.1:1", Bytes.EMPTY, "", Owner.NOBODY));
        say(
                former,
                1,
                "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
                        + "\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}");
        say(former, 2, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        Awaitility.await().until(() -> former.heard.contains("done 2"));
    }

    private void call(int number) {
        say(
                former,
                number,
                "{\"jsonrpc\":\"2.0\",\"id\":" + number
                        + ",\"method\":\"tools/call\",\"params\":{\"name\":\"wait\",\"arguments\":{}}}");
    }

    private void adopt() {
        session.tell(new Session.Open(next, Frame.ADOPT, Transport.HTTP, "", Bytes.EMPTY, "", Owner.NOBODY));
        awaitHeard("opened");
        awaitUnclaimed(0);
    }

    private void ping(int number) {
        say(next, number, PING);
        awaitHeard("send " + number + " " + PONG);
    }

    private void say(FakeOutlet through, int number, String message) {
        session.tell(new Session.Message(through, Bytes.wrap(message.getBytes(UTF_8)), number, false, false));
    }

    private void awaitUnclaimed(int count) {
        Awaitility.await().until(() -> unclaimed.count() == count);
    }

    /** Whatever was sent to the session before has been dealt with: another opening is refused. */
    private void awaitTakenUp() {
        FakeOutlet probe = new FakeOutlet();
        session.tell(new Session.Open(probe, 1, Transport.HTTP, "", Bytes.EMPTY, "", Owner.NOBODY));
        Awaitility.await().until(() -> !probe.heard.isEmpty());
    }

    private String awaitHeard(String start) {
        Awaitility.await().until(() -> next.heard.stream().anyMatch(line -> line.startsWith(start)));
        return next.heard.stream()
                .filter(line -> line.startsWith(start))
                .findFirst()
                .orElseThrow();
    }
}
