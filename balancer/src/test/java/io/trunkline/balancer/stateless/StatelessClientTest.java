package io.trunkline.balancer.stateless;

import static io.trunkline.balancer.edge.HttpBench.body;
import static io.trunkline.balancer.edge.HttpBench.header;
import static io.trunkline.balancer.edge.HttpBench.status;
import static io.trunkline.balancer.stateless.StatelessRequests.posted;
import static io.trunkline.balancer.stateless.StatelessRequests.postedCall;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import io.trunkline.balancer.edge.HttpBench;
import io.trunkline.balancer.trunk.FakeNode;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.session.SessionId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a request without a session once it is on its way to a node. */
class StatelessClientTest {
    private static final String NOTICE = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}";
    private static final String ANSWER = "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}";
    private static final String LISTEN = posted(7, "subscriptions/listen");

    private HttpBench bench = new HttpBench();
    private FakeNode node;
    private EmbeddedChannel client;

    @BeforeEach
    void aNode() {
        node = bench.trunks.onlyNode();
        client = bench.connect();
    }

    @AfterEach
    void nothingIsLeft() {
        bench.close();
    }

    /** The client asks, and the node has the request; returns the stream. */
    private int ask(String request) {
        bench.write(client, request);
        return opened(node);
    }

    private static int opened(FakeNode by) {
        int stream = by.hear(Frame.Open.class).stream();
        by.say(new Frame.Opened(stream));
        by.hear(Frame.Data.class);
        return stream;
    }

    private static Frame.Data note(int stream, int number, String text) {
        return new Frame.Data(stream, number, true, false, true, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }

    private static List<String> messages(String text) {
        return Pattern.compile("(?md)^data: (.+)$")
                .matcher(text)
                .results()
                .map(line -> line.group(1))
                .toList();
    }

    // --- answers

    @Test
    void isAnsweredWithJsonAndTheNextRequestTakesTheSameWay() {
        int stream = ask(posted(7, "tools/list"));
        node.say(FakeNode.answer(stream, 1, ANSWER));
        String response = bench.said(client);
        assertThat(status(response)).isEqualTo(200);
        assertThat(header(response, "Content-Type")).isEqualTo("application/json");
        assertThat(header(response, "Mcp-Session-Id")).isEmpty();
        assertThat(body(response)).isEqualTo(ANSWER);

        bench.write(client, posted(7, "tools/list"));
        Frame.Data next = node.hear(Frame.Data.class);
        assertThat(next.stream()).isEqualTo(stream);
        assertThat(next.number()).isEqualTo(2);
        node.say(FakeNode.answer(stream, 2, ANSWER));
        assertThat(body(bench.said(client))).isEqualTo(ANSWER);
    }

    @ParameterizedTest
    @CsvSource({"-32601, 404", "-32020, 400", "-32021, 400", "-32022, 400", "-32602, 200", "-32603, 200", "-32000, 200"
    })
    void theStatusIsThatOfTheError(int code, int status) {
        int stream = ask(posted(7, "tools/list"));
        String error = "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":" + code + ",\"message\":\"no\"}}";
        node.say(FakeNode.answer(stream, 1, error));
        String response = bench.said(client);
        assertThat(status(response)).isEqualTo(status);
        assertThat(body(response)).isEqualTo(error);
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void theStatusIsFoundWhereverTheErrorStands() {
        int stream = ask(posted(7, "tools/list"));
        String error = "{\"error\": {\"data\":{\"code\":1}, \"code\": -32601}, \"id\":7, \"jsonrpc\":\"2.0\"}";
        node.say(FakeNode.answer(stream, 1, error));
        assertThat(status(bench.said(client))).isEqualTo(404);
    }

    @Test
    void aClientThatReadsOnlyJsonIsToldNothingElse() {
        String both = "Accept: application/json, text/event-stream";
        int stream = ask(posted(7, "tools/list").replace(both, "Accept: application/json"));
        node.say(note(stream, 1, "\"note\""));
        bench.tick(16);
        node.say(FakeNode.answer(stream, 1, ANSWER));
        String response = bench.said(client);
        assertThat(header(response, "Content-Type")).isEqualTo("application/json");
        assertThat(body(response)).isEqualTo(ANSWER);
        bench.write(client, posted(8, "subscriptions/listen").replace(both, "Accept: application/json"));
        assertThat(status(bench.said(client))).isEqualTo(406);
    }

    @Test
    void aClientThatReadsOnlyEventsIsAnsweredWithOne() {
        String both = "Accept: application/json, text/event-stream";
        int stream = ask(posted(7, "tools/list").replace(both, "Accept: text/event-stream"));
        node.say(FakeNode.answer(stream, 1, ANSWER));
        String response = bench.said(client);
        assertThat(header(response, "Content-Type")).isEqualTo("text/event-stream");
        assertThat(messages(response)).containsExactly(ANSWER);
        assertThat(response).endsWith("0\r\n\r\n");
    }

    @Test
    void anAnswerInPiecesIsPutTogether() {
        int stream = ask(posted(7, "tools/list"));
        node.say(FakeNode.data(stream, 1, false, ANSWER.substring(0, 9)));
        assertThat(bench.said(client)).isEmpty();
        node.say(FakeNode.data(stream, 1, true, ANSWER.substring(9)));
        assertThat(body(bench.said(client))).isEqualTo(ANSWER);
    }

    @Test
    void whatBelongsToTheRequestComesAsEventsWithoutIds() {
        int stream = ask(posted(7, "tools/list"));
        node.say(FakeNode.data(stream, 0, true, "\"of no request\""), note(stream, 1, NOTICE));
        String begun = bench.said(client);
        assertThat(status(begun)).isEqualTo(200);
        assertThat(header(begun, "Content-Type")).isEqualTo("text/event-stream");
        assertThat(header(begun, "X-Accel-Buffering")).isEqualTo("no");
        assertThat(header(begun, "Mcp-Session-Id")).isEmpty();
        assertThat(messages(begun)).containsExactly(NOTICE);
        assertThat(begun).doesNotContain("id: ", "retry: ");
        node.say(FakeNode.answer(stream, 1, ANSWER));
        String rest = bench.said(client);
        assertThat(messages(rest)).containsExactly(ANSWER);
        assertThat(rest).endsWith("0\r\n\r\n");
        bench.write(client, posted(7, "tools/list"));
        assertThat(node.hear(Frame.Data.class).stream()).isEqualTo(stream);
    }

    @Test
    void aLongRequestIsGivenSignsOfLife() {
        int stream = ask(posted(7, "tools/list"));
        bench.tick(14);
        assertThat(bench.said(client)).isEmpty();
        bench.tick(16);
        assertThat(header(bench.said(client), "Content-Type")).isEqualTo("text/event-stream");
        bench.tick(32);
        assertThat(bench.said(client)).contains(": \n\n");
        node.say(FakeNode.answer(stream, 1, ANSWER));
        assertThat(messages(bench.said(client))).containsExactly(ANSWER);
    }

    @Test
    void aRequestThatTheNodeHasCancelledEndsAsAnEmptyStream() {
        int stream = ask(posted(7, "tools/list"));
        node.say(new Frame.Done(stream, 1));
        String response = bench.said(client);
        assertThat(header(response, "Content-Type")).isEqualTo("text/event-stream");
        assertThat(messages(response)).isEmpty();
        assertThat(response).endsWith("0\r\n\r\n");
    }

    @Test
    void aClientThatDoesNotReadHoldsUpTheNode() {
        Unsent unsent = new Unsent();
        client.pipeline().addFirst(unsent);
        int stream = ask(LISTEN);
        unsent.holding = true;
        Frame.Data[] notes = new Frame.Data[4];
        Arrays.setAll(notes, i -> note(stream, 1, "a".repeat(10_000)));
        node.say(notes);
        assertThat(node.hear(Frame.Credit.class).bytes()).isEqualTo(40_000);
        Arrays.setAll(notes, i -> note(stream, 1, "a".repeat(10_000)));
        node.say(notes);
        assertThat(node.heard()).isEmpty();
        unsent.release();
        assertThat(node.hear(Frame.Credit.class).bytes()).isEqualTo(40_000);
    }

    /** Keeps what is written until the test lets it go. */
    private static final class Unsent extends ChannelOutboundHandlerAdapter {
        private final List<ChannelPromise> waiting = new ArrayList<>();
        boolean holding;

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            if (holding) {
                ReferenceCountUtil.release(message);
                waiting.add(promise);
            } else {
                ctx.write(message, promise);
            }
        }

        void release() {
            waiting.forEach(ChannelPromise::trySuccess);
            waiting.clear();
        }
    }

    // --- its end

    @Test
    void theEndOfTheConnectionCancelsWhatRuns() {
        ask(posted(7, "tools/list"));
        client.close();
        bench.trunks.run();
        assertThat(node.hear(Frame.Reset.class).reason()).isEqualTo(Reason.CLOSED);
    }

    @Test
    void theEndIsHeardBehindAnotherRequestToo() {
        ask(posted(7, "tools/list"));
        bench.write(client, posted(8, "tools/list"));
        assertThat(client.config().isAutoRead()).as("so that the end is heard").isTrue();
        assertThat(node.heard()).as("one at a time").isEmpty();
        client.close();
        bench.trunks.run();
        assertThat(node.hear(Frame.Reset.class).reason()).isEqualTo(Reason.CLOSED);
    }

    @Test
    void isReadOnlySoFarBehindARequestThatRuns() {
        int stream = ask(posted(7, "tools/list"));
        String next = posted(8, "tools/list", "X: " + "a".repeat(10_000));
        int sent = 0;
        while (client.config().isAutoRead()) {
            bench.write(client, next);
            sent++;
        }
        assertThat(sent).isBetween(6, 7);
        for (int number = 1; number <= sent + 1; number++) {
            node.say(FakeNode.answer(stream, number, ANSWER));
        }
        assertThat(bench.said(client).split("HTTP/1.1 200", -1)).hasSize(sent + 2);
        assertThat(client.config().isAutoRead()).isTrue();
    }

    @Test
    void endsWithAConnectionThatIsIdle() {
        int stream = ask(posted(7, "tools/list"));
        node.say(FakeNode.answer(stream, 1, ANSWER));
        bench.tick(301);
        assertThat(client.isOpen()).isFalse();
        assertThat(bench.ended(Reason.IDLE)).isEqualTo(1);
        assertThat(node.hear(Frame.Reset.class).reason()).isEqualTo(Reason.CLOSED);
    }

    @Test
    void endsWhenTheConnectionBecomesAWebSocket() {
        int stream = ask(posted(7, "tools/list"));
        node.say(FakeNode.answer(stream, 1, ANSWER));
        bench.said(client);
        bench.write(
                client,
                HttpBench.get(
                        "/mcp/ws",
                        "Upgrade: websocket",
                        "Connection: Upgrade",
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                        "Sec-WebSocket-Protocol: mcp"));
        assertThat(status(bench.said(client))).isEqualTo(101);
        assertThat(node.hear(Frame.Reset.class).stream()).isEqualTo(stream);
    }

    // --- nodes that are not there

    @Test
    void withoutANodeTheClientIsToldWithAStatusAndAsksAgain() {
        bench.trunks.members();
        bench.write(client, posted(7, "tools/list"));
        bench.tick(6);
        String response = bench.said(client);
        assertThat(status(response)).isEqualTo(503);
        assertThat(body(response)).contains("\"id\":7", "\"reason\":\"no_node\"", "\"executed\":\"no\"");
        assertThat(client.isOpen()).isTrue();
        assertThat(bench.ended(Reason.NO_NODE)).isEqualTo(1);
        bench.trunks.members(node);
        node.welcome();
        ask(posted(7, "tools/list"));
    }

    @Test
    void aRequestWhoseNodeDiesIsRepeatedAtTheNextOne() {
        ask(posted(7, "tools/list"));
        FakeNode next = bench.trunks.node(2, 0, 1, 2, 3, 4, 5, 6, 7);
        bench.trunks.members(node, next);
        next.welcome();
        node.die();
        int stream = next.hear(Frame.Open.class).stream();
        next.say(new Frame.Opened(stream));
        Frame.Data again = next.hear(Frame.Data.class);
        assertThat(again.repeated()).isTrue();
        assertThat(again.note()).as("the client has heard nothing of it").isFalse();
        next.say(FakeNode.answer(stream, 1, ANSWER));
        assertThat(body(bench.said(client))).isEqualTo(ANSWER);
    }

    @Test
    void aRequestWhoseNodeDiesForGoodIsAnsweredOnItsStream() {
        int stream = ask(posted(7, "tools/list"));
        node.say(note(stream, 1, NOTICE));
        bench.said(client);
        node.die();
        bench.tick(31);
        String rest = bench.said(client);
        assertThat(messages(rest)).singleElement().asString().contains("\"id\":7", "node_lost", "unknown");
        assertThat(rest).endsWith("0\r\n\r\n");
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void aSessionThatTheNodeEndsIsReplacedByTheNextRequest() {
        int stream = ask(posted(7, "tools/list"));
        node.say(new Frame.Reset(stream, Reason.IDLE, 1, ""));
        String response = bench.said(client);
        assertThat(status(response)).isEqualTo(503);
        assertThat(body(response)).contains("\"id\":7");
        int next = ask(posted(8, "tools/list"));
        node.say(FakeNode.answer(next, 1, ANSWER), new Frame.Reset(next, Reason.IDLE, 1, ""));
        assertThat(status(bench.said(client))).isEqualTo(200);
        ask(posted(9, "tools/list"));
        assertThat(bench.said(client)).isEmpty();
    }

    // --- the process stops

    @Test
    void whatRunsIsAnsweredBeforeTheProcessStops() {
        int stream = ask(posted(7, "tools/list"));
        bench.edge.drain(60_000);
        bench.trunks.run();
        assertThat(client.isOpen()).isTrue();
        node.say(FakeNode.answer(stream, 1, ANSWER));
        String response = bench.said(client);
        assertThat(body(response)).isEqualTo(ANSWER);
        assertThat(header(response, "Connection")).isEqualToIgnoringCase("close");
    }

    @Test
    void whatRunsForTooLongIsToldThatTheProcessStops() {
        ask(posted(7, "tools/list"));
        bench.edge.drain(0);
        bench.trunks.run();
        String response = bench.said(client);
        assertThat(status(response)).isEqualTo(503);
        assertThat(body(response)).contains("\"id\":7", "shutting_down", "unknown");
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void whatListensIsEndedInAnOrderlyWay() {
        int stream = ask(LISTEN);
        node.say(note(stream, 1, NOTICE));
        bench.said(client);
        bench.edge.drain(60_000);
        bench.trunks.run();
        String end = bench.said(client);
        assertThat(messages(end))
                .containsExactly("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"resultType\":\"complete\",\"_meta\":"
                        + "{\"io.modelcontextprotocol/subscriptionId\":7}}}");
        assertThat(end).endsWith("0\r\n\r\n");
        assertThat(node.hear(Frame.Reset.class).reason()).isEqualTo(Reason.CLOSED);
    }

    @Test
    void whatDoesNotListenYetIsRefusedWhenTheProcessStops() {
        ask(LISTEN);
        bench.edge.drain(60_000);
        bench.trunks.run();
        assertThat(status(bench.said(client))).isEqualTo(503);
    }

    @Test
    void whatComesBeforeTheClientIsToldThatTheProcessStopsIsServed() {
        EmbeddedChannel idle = bench.connect();
        bench.edge.drain(60_000);
        bench.trunks.run();
        int stream = ask(posted(7, "tools/list"));
        node.say(FakeNode.answer(stream, 1, ANSWER));
        String response = bench.said(client);
        assertThat(body(response)).isEqualTo(ANSWER);
        assertThat(header(response, "Connection")).isEqualToIgnoringCase("close");
        assertThat(client.isOpen()).isFalse();
        bench.tick(4);
        assertThat(idle.isOpen()).isTrue();
        bench.tick(6);
        assertThat(idle.isOpen()).isFalse();
        assertThat(bench.said(idle)).isEmpty();
    }

    @Test
    void nothingNewIsTakenWhenTheProcessStops() {
        String request = posted(7, "tools/list");
        bench.write(client, request.substring(0, request.length() - 1));
        bench.edge.drain(60_000);
        bench.trunks.run();
        bench.tick(6);
        bench.write(client, request.substring(request.length() - 1));
        String response = bench.said(client);
        assertThat(status(response)).isEqualTo(503);
        assertThat(body(response)).contains("\"id\":7", "shutting_down", "\"executed\":\"no\"");
        assertThat(node.heard()).isEmpty();
    }

    // --- affinity

    private int slot(String request) {
        bench.write(client, request);
        List<Frame> heard = node.heard();
        Frame.Open open = (Frame.Open) heard.get(heard.size() - 1);
        node.say(new Frame.Opened(open.stream()));
        node.heard();
        node.say(FakeNode.answer(open.stream(), 1, ANSWER));
        assertThat(status(bench.said(client))).isEqualTo(200);
        return SessionId.slotOf(open.session());
    }

    @Test
    void requestsOfOneAffinityMeetInOneSlot() {
        bench.close();
        bench = new HttpBench(HttpBench.settings(List.of("param:Region", "tool")));
        aNode();
        int east = slot(postedCall(7, "a", "Mcp-Param-Region: east"));
        int a = slot(postedCall(7, "a"));
        int f = slot(postedCall(7, "f"));
        assertThat(List.of(east, a, f))
                .as("or the test has to find other names")
                .doesNotHaveDuplicates();
        client = bench.connect();
        assertThat(slot(postedCall(7, "f", "MCP-Param-REGION: east"))).isEqualTo(east);
        client = bench.connect();
        assertThat(slot(postedCall(7, "a"))).isEqualTo(a);
    }

    @Test
    void aConnectionGoesOnWhereItIsWhileTheSlotIsTheSame() {
        bench.close();
        bench = new HttpBench(HttpBench.settings(List.of("tool")));
        aNode();
        int stream = ask(postedCall(7, "a"));
        node.say(FakeNode.answer(stream, 1, ANSWER));
        bench.write(client, postedCall(7, "a"));
        assertThat(node.hear(Frame.Data.class).stream()).isEqualTo(stream);
        node.say(FakeNode.answer(stream, 2, ANSWER));
        bench.write(client, posted(7, "tools/list"));
        assertThat(node.hear(Frame.Data.class).stream())
                .as("what has none goes anywhere")
                .isEqualTo(stream);
        node.say(FakeNode.answer(stream, 3, ANSWER));
        bench.write(client, postedCall(7, "f"));
        List<Frame> heard = node.heard();
        assertThat(heard.get(0)).isInstanceOf(Frame.Reset.class);
        assertThat(heard.get(1)).isInstanceOf(Frame.Open.class);
    }
}
