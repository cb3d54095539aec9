package io.trunkline.balancer.session;

import static io.trunkline.balancer.edge.HttpBench.INITIALIZE;
import static io.trunkline.balancer.edge.HttpBench.PING;
import static io.trunkline.balancer.edge.HttpBench.body;
import static io.trunkline.balancer.edge.HttpBench.get;
import static io.trunkline.balancer.edge.HttpBench.header;
import static io.trunkline.balancer.edge.HttpBench.post;
import static io.trunkline.balancer.edge.HttpBench.postTo;
import static io.trunkline.balancer.edge.HttpBench.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.balancer.edge.HttpBench;
import io.trunkline.balancer.trunk.FakeNode;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SseSessionTest {
    private static final String NOTICE = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}";
    private static final String ANSWER = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}";

    private HttpBench bench = new HttpBench();
    private FakeNode node;

    @BeforeEach
    void aNode() {
        node = bench.trunks.onlyNode();
    }

    @AfterEach
    void nothingIsLeft() {
        bench.close();
    }

    // --- the stream

    @Test
    void beginsWithTheEndpoint() {
        EmbeddedChannel client = bench.connect();
        bench.write(client, get("/mcp/sse"));
        String begun = bench.said(client);
        assertThat(status(begun)).isEqualTo(200);
        assertThat(header(begun, "Content-Type")).isEqualTo("text/event-stream");
        assertThat(header(begun, "X-Accel-Buffering")).isEqualTo("no");
        assertThat(events(begun)).singleElement().asString().startsWith("endpoint messages?sessionId=");
        assertThat(node.heard())
                .as("a stream without messages has no session on a node")
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/mcp/sse, node, https://host/mcp/messages",
        "/mcp/sse?a=b/, python-httpx/0.28, https://host/mcp/messages",
        "/mcp/sse/, node, https://host/mcp/messages",
        "/mcp/sse, Java-http-client/17.0.2, https://host/mcp/messages",
        "/mcp/sse/, ReactorNetty/1.2.0, https://host/mcp/messages",
    })
    void namesAnEndpointThatClientsResolveAgainstTheStream(String target, String agent, String endpoint) {
        EmbeddedChannel client = bench.connect();
        bench.write(client, get(target, "User-Agent: " + agent));
        String reference = events(bench.said(client)).get(0).substring("endpoint ".length());
        assertThat(URI.create("https://host" + target).resolve(reference).toString())
                .startsWith(endpoint + "?");
        if (agent.equals("node")) {
            assertThat(URI.create("https://host/prefix" + target)
                            .resolve(reference)
                            .toString())
                    .startsWith("https://host/prefix/mcp/messages?");
        }
    }

    @Test
    void idsDiffer() {
        assertThat(open().id()).isNotEqualTo(open().id()).hasSize(32);
    }

    @Test
    void whatIsPostedIsAcceptedAndAnsweredOnTheStream() {
        Stream stream = open();
        EmbeddedChannel other = bench.connect();
        bench.write(other, postTo(stream.endpoint(), INITIALIZE));
        String accepted = bench.said(other);
        assertThat(status(accepted)).isEqualTo(202);
        assertThat(body(accepted)).isEmpty();
        Frame.Open opened = node.hear(Frame.Open.class);
        assertThat(opened.transport()).isEqualTo("sse");
        assertThat(opened.session()).isNotEqualTo(stream.id());
        node.say(new Frame.Opened(opened.stream()));
        assertThat(FakeNode.text(node.hear(Frame.Data.class))).isEqualTo(INITIALIZE);
        node.say(FakeNode.data(opened.stream(), 1, false, "{\"a\":"), FakeNode.answer(opened.stream(), 1, "\r\n1}"));
        assertThat(events(bench.said(stream.client()))).containsExactly("message {\"a\":  1}");
        assertThat(bench.said(other)).isEmpty();
    }

    @Test
    void carriesWhateverTheServerSays() {
        Stream stream = open();
        int number = bind(stream);
        node.say(FakeNode.data(number, 0, true, NOTICE), FakeNode.answer(number, 1, ANSWER));
        assertThat(events(bench.said(stream.client()))).containsExactly("message " + NOTICE, "message " + ANSWER);
        bench.write(stream.client(), "");
        assertThat(stream.client().isOpen()).isTrue();
    }

    @Test
    void isGivenSignsOfLifeForAsLongAsItIsOpen() {
        Stream stream = open();
        bench.tick(16);
        assertThat(bench.said(stream.client())).contains(": \n\n");
        bench.tick(3600);
        assertThat(bench.said(stream.client())).contains(": \n\n");
        assertThat(stream.client().isOpen()).isTrue();
        bind(stream);
    }

    @Test
    void anOldClientGetsItWithoutChunks() {
        EmbeddedChannel client = bench.connect();
        bench.write(client, get("/mcp/sse").replace("HTTP/1.1", "HTTP/1.0"));
        String begun = bench.said(client);
        assertThat(header(begun, "Transfer-Encoding")).isEmpty();
        assertThat(body(begun)).startsWith("event: endpoint\ndata: ");
        assertThat(client.isOpen()).isTrue();
    }

    // --- requests that are refused

    @ParameterizedTest
    @ValueSource(strings = {"", "?", "?sessionId=", "?sessionid=AAAAAAAAAAAAAAAAAAAAAAAA", "?x=sessionId=1"})
    void aSessionMustBeNamed(String query) {
        EmbeddedChannel client = bench.connect();
        bench.write(client, postTo("/mcp/messages" + query, PING));
        assertThat(status(bench.said(client))).isEqualTo(400);
        assertThat(client.isOpen()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"AAAAAAAAAAAAAAAAAAAAAAAA", "x", "%41"})
    void anUnknownSessionIsNotFound(String id) {
        EmbeddedChannel client = bench.connect();
        bench.write(client, postTo("/mcp/messages?a=b&sessionId=" + id, PING));
        assertThat(status(bench.said(client))).isEqualTo(404);
        assertThat(node.heard()).isEmpty();
    }

    @Test
    void idsOfTheTwoKindsOfSessionsAreNotTheSame() {
        Stream stream = open();
        HttpBench.Opened session = bench.open(node);
        EmbeddedChannel client = bench.connect();
        bench.write(client, postTo("/mcp/messages?sessionId=" + session.id(), PING));
        assertThat(status(bench.said(client))).isEqualTo(404);
        bench.write(client, post(PING, "Mcp-Session-Id: " + stream.id()));
        bench.knowsNothing(node);
        assertThat(status(bench.said(client))).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"noise, 400, -32700", "{}, 400, -32600"})
    void whatIsNoMessageIsRefused(String text, int status, int code) {
        Stream stream = open();
        EmbeddedChannel client = bench.connect();
        bench.write(client, postTo(stream.endpoint(), text));
        String response = bench.said(client);
        assertThat(status(response)).isEqualTo(status);
        assertThat(body(response)).contains("\"code\":" + code);
        assertThat(bench.said(stream.client())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"POST /mcp/sse, 405", "DELETE /mcp/sse, 405", "GET /mcp/messages?sessionId=x, 405"})
    void otherMethodsAreRefused(String line, int status) {
        EmbeddedChannel client = bench.connect();
        bench.write(client, get("/x").replace("GET /x", line));
        assertThat(status(bench.said(client))).isEqualTo(status);
    }

    @Test
    void aClientMustAcceptEventStreams() {
        EmbeddedChannel client = bench.connect();
        bench.write(client, get("/mcp/sse").replace("text/event-stream", "application/json"));
        assertThat(status(bench.said(client))).isEqualTo(406);
    }

    // --- bounds

    @Test
    void sessionsAreLimitedTogetherWithThoseOfTheOtherKind() {
        for (int i = 0; i < 4; i++) {
            open();
        }
        HttpBench.Opened last = bench.open(node);
        EmbeddedChannel client = bench.connect();
        bench.write(client, get("/mcp/sse"));
        assertThat(status(bench.said(client))).isEqualTo(503);
        assertThat(bench.ended(Reason.BALANCER_FULL)).isEqualTo(1);
        bench.write(last.client(), "DELETE /mcp HTTP/1.1\r\nHost: localhost\r\n" + last.header() + "\r\n\r\n");
        bench.said(last.client());
        open();
    }

    @Test
    void sessionsOfOneSourceAreLimited() {
        bench.close();
        bench = new HttpBench(HttpBench.settings(false, 1));
        node = bench.trunks.onlyNode();
        Stream stream = open();
        EmbeddedChannel client = bench.connect();
        bench.write(client, get("/mcp/sse"));
        assertThat(status(bench.said(client))).isEqualTo(429);
        stream.client().close();
        bench.trunks.run();
        open();
    }

    @Test
    void whatIsPostedWaitsWhileTooMuchIsUnanswered() {
        Stream stream = open();
        int number = bind(stream);
        for (int i = 0; i < 3; i++) {
            bench.write(bench.connect(), postTo(stream.endpoint(), PING));
        }
        EmbeddedChannel fifth = bench.connect();
        bench.write(fifth, postTo(stream.endpoint(), PING));
        EmbeddedChannel sixth = bench.connect();
        bench.write(sixth, postTo(stream.endpoint(), PING));
        assertThat(bench.said(fifth)).isEmpty();
        assertThat(node.heard()).hasSize(3);
        fifth.close();
        node.say(FakeNode.answer(number, 1, ANSWER), FakeNode.answer(number, 2, ANSWER));
        assertThat(status(bench.said(sixth))).isEqualTo(202);
        assertThat(FakeNode.text(node.hear(Frame.Data.class))).isEqualTo(PING);
    }

    @Test
    void theNodeIsHeldUpByAClientThatDoesNotRead() {
        Stream stream = open();
        int number = bind(stream);
        Clog clog = new Clog();
        stream.client().pipeline().addFirst(clog);
        String message = "\"" + "x".repeat(16_000) + "\"";
        for (int i = 0; i < 4; i++) {
            node.say(FakeNode.data(number, 0, true, message));
        }
        int granted = credit();
        assertThat(granted).as("room for more").isPositive();
        for (int i = 0; i < 3; i++) {
            node.say(FakeNode.data(number, 0, true, message));
        }
        assertThat(credit()).isZero();
        clog.open(stream.client());
        assertThat(events(bench.said(stream.client()))).hasSize(7);
        assertThat(granted + credit()).isEqualTo(7 * message.length());
    }

    /** How much the node may send that it could not before. */
    private int credit() {
        return node.heard().stream()
                .mapToInt(frame -> ((Frame.Credit) frame).bytes())
                .sum();
    }

    @Test
    void aClientThatTakesNothingForTooLongIsClosedAndItsSessionEnds() {
        Stream stream = open();
        bind(stream);
        stream.client().unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        stream.client().runPendingTasks();
        bench.tick(31);
        assertThat(stream.client().isOpen()).isFalse();
        bench.trunks.run();
        assertThat(node.hear(Frame.Reset.class).reason()).isEqualTo(Reason.CLOSED);
        assertThat(bench.edge.httpSessions().size()).isZero();
        assertThat(bench.ended(Reason.CLIENT_SLOW)).isEqualTo(1);
    }

    @Test
    void anAnswerForWhichThereIsNoRoomEndsTheSession() {
        Stream stream = open();
        int number = bind(stream);
        bench.memory.budget().take(HttpBench.BUDGET);
        bench.held();
        node.say(
                FakeNode.data(number, 1, false, "x".repeat(16_000)),
                FakeNode.data(number, 1, false, "x".repeat(16_000)),
                FakeNode.answer(number, 1, "x"));
        assertThat(events(bench.said(stream.client())))
                .singleElement()
                .asString()
                .contains("\"id\":1", "\"reason\":\"overloaded\"");
        bench.memory.budget().giveBack(HttpBench.BUDGET);
        assertThat(bench.edge.httpSessions().size()).isZero();
        assertThat(node.hear(Frame.Reset.class).reason()).isEqualTo(Reason.OVERLOADED);
    }

    // --- the end

    @Test
    void theSessionEndsWithTheStream() {
        Stream stream = open();
        bind(stream);
        stream.client().close();
        bench.trunks.run();
        assertThat(node.hear(Frame.Reset.class).reason()).isEqualTo(Reason.CLOSED);
        EmbeddedChannel client = bench.connect();
        bench.write(client, postTo(stream.endpoint(), PING));
        assertThat(status(bench.said(client))).isEqualTo(404);
    }

    @Test
    void aLostNodeIsNotNoticed() {
        Stream stream = open();
        bind(stream);
        node.hangUp();
        bench.trunks.pass(1000);
        node.welcome();
        Frame.Open again = (Frame.Open) node.heard().stream()
                .filter(Frame.Open.class::isInstance)
                .findFirst()
                .orElseThrow();
        node.say(new Frame.Opened(again.stream()), FakeNode.answer(again.stream(), 1, ANSWER));
        assertThat(events(bench.said(stream.client()))).containsExactly("message " + ANSWER);
    }

    @Test
    void isToldThatThereIsNoNode() {
        bench.trunks.members();
        Stream stream = open();
        EmbeddedChannel client = bench.connect();
        bench.write(client, postTo(stream.endpoint(), PING));
        assertThat(status(bench.said(client))).isEqualTo(202);
        bench.tick(6);
        String said = bench.said(stream.client());
        assertThat(events(said)).singleElement().asString().contains("\"id\":1", "\"reason\":\"no_node\"");
        assertThat(said).endsWith("0\r\n\r\n");
        assertThat(bench.edge.httpSessions().size()).isZero();
    }

    @Test
    void whoeverWaitsIsAnsweredBeforeTheProcessStops() {
        Stream stream = open();
        Stream idle = open();
        int number = bind(stream);
        bench.edge.drain(5_000);
        bench.trunks.run();
        bench.tick(1);
        assertThat(events(bench.said(idle.client()))).singleElement().asString().contains("shutting_down");
        assertThat(idle.client().isOpen()).isFalse();
        assertThat(stream.client().isOpen()).isTrue();
        node.say(FakeNode.answer(number, 1, ANSWER));
        bench.tick(2);
        assertThat(events(bench.said(stream.client())))
                .hasSize(2)
                .startsWith("message " + ANSWER)
                .anyMatch(event -> event.contains("shutting_down"));
        assertThat(bench.edge.httpSessions().size()).isZero();
    }

    // --- what the tests do

    private record Stream(EmbeddedChannel client, String endpoint) {
        String id() {
            return endpoint.substring(endpoint.indexOf('=') + 1);
        }
    }

    private Stream open() {
        EmbeddedChannel client = bench.connect();
        bench.write(client, get("/mcp/sse"));
        String event = events(bench.said(client)).get(0);
        return new Stream(client, "/mcp/" + event.substring("endpoint ".length()));
    }

    /** Posts a message that the node hears and has not answered. Returns the number of the node's stream. */
    private int bind(Stream stream) {
        EmbeddedChannel client = bench.connect();
        bench.write(client, postTo(stream.endpoint(), PING));
        assertThat(status(bench.said(client))).isEqualTo(202);
        int number = node.hear(Frame.Open.class).stream();
        node.say(new Frame.Opened(number));
        assertThat(FakeNode.text(node.hear(Frame.Data.class))).isEqualTo(PING);
        return number;
    }

    /** The events in this text: name and data. */
    private static List<String> events(String text) {
        return Pattern.compile("(?m)^event: (\\w+)\ndata: (.*)$")
                .matcher(text)
                .results()
                .map((MatchResult event) -> event.group(1) + " " + event.group(2))
                .toList();
    }

    /** A socket that takes nothing until it is opened. */
    private static final class Clog extends ChannelOutboundHandlerAdapter {
        private record Write(Object message, ChannelPromise promise) {}

        private final List<Write> writes = new ArrayList<>();

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            writes.add(new Write(message, promise));
        }

        void open(EmbeddedChannel channel) {
            ChannelHandlerContext ctx = channel.pipeline().context(this);
            writes.forEach(write -> ctx.writeAndFlush(write.message, write.promise));
            writes.clear();
        }
    }
}
