package io.trunkline.balancer.stateless;

import static io.trunkline.balancer.edge.HttpBench.body;
import static io.trunkline.balancer.edge.HttpBench.header;
import static io.trunkline.balancer.edge.HttpBench.post;
import static io.trunkline.balancer.edge.HttpBench.status;
import static io.trunkline.balancer.stateless.StatelessRequests.META;
import static io.trunkline.balancer.stateless.StatelessRequests.VERSION;
import static io.trunkline.balancer.stateless.StatelessRequests.call;
import static io.trunkline.balancer.stateless.StatelessRequests.posted;
import static io.trunkline.balancer.stateless.StatelessRequests.postedCall;
import static io.trunkline.balancer.stateless.StatelessRequests.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.balancer.edge.HttpBench;
import io.trunkline.balancer.edge.HttpBench.Opened;
import io.trunkline.balancer.trunk.FakeNode;
import io.trunkline.protocol.frame.Frame;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which requests go to a node without a session, what they bring along, and which ones do not get there. */
class StatelessEndpointTest {
    private static final String LIST = "Mcp-Method: tools/list";
    private static final String CALL = "Mcp-Method: tools/call";
    private static final String NEWER = "MCP-Protocol-Version: v999.0.0";
    private static final String OLDER = "MCP-Protocol-Version: 2025-11-25";
    private static final String TOOLS = request(7, "tools/list", "");

    private final HttpBench bench = new HttpBench();
    private FakeNode node;

    @BeforeEach
    void aNode() {
        node = bench.trunks.onlyNode();
    }

    @AfterEach
    void nothingIsLeft() {
        bench.close();
    }

    private static String with(String member, String value) {
        return TOOLS.replaceAll("\"io.modelcontextprotocol/" + member + "\":[^,}]*(\\})?", value);
    }

    static Stream<Arguments> refused() {
        String newer = TOOLS.replace("2026-07-28", "v999.0.0");
        String bare = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\"}";
        String notice = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}";
        return Stream.of(
                Arguments.of("no json", -32700, false, post("noise", VERSION)),
                Arguments.of("no message", -32600, true, post("{\"jsonrpc\":\"2.0\",\"id\":7}", VERSION)),
                Arguments.of("null for an id", -32600, false, post(TOOLS.replace(":7", ":null"), VERSION, LIST)),
                Arguments.of("batch", -32600, false, post("[" + TOOLS + "]", VERSION, LIST)),
                Arguments.of(
                        "response", -32600, true, post("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}", VERSION, LIST)),
                Arguments.of(
                        "member of an edge",
                        -32600,
                        true,
                        post(TOOLS.replaceFirst("\\{", "{\"io.trunkline/edge\":{},"), VERSION, LIST)),
                Arguments.of("no version in the head", -32020, true, post(TOOLS, LIST)),
                Arguments.of("other known version in the head", -32020, true, post(TOOLS, OLDER, LIST)),
                Arguments.of("unknown version in the head", -32020, true, post(TOOLS, NEWER, LIST)),
                Arguments.of("unknown version in the body", -32020, true, post(newer, VERSION, LIST)),
                Arguments.of("unknown version in the body alone", -32020, true, post(newer, LIST)),
                Arguments.of("unknown version", -32022, true, post(newer, NEWER, LIST)),
                Arguments.of("unknown version without meta", -32022, true, post(bare, NEWER)),
                Arguments.of(
                        "unknown version in a session",
                        -32022,
                        true,
                        post(bare, NEWER, "Mcp-Session-Id: AAbbbbbbbbbbbbbbbbbbbbbb")),
                Arguments.of("notification of an unknown version", -32022, false, post(notice, NEWER)),
                Arguments.of("no parameters", -32602, true, post(bare, VERSION, LIST)),
                Arguments.of("no meta", -32602, true, post(TOOLS.replace(META, ""), VERSION, LIST)),
                Arguments.of(
                        "no version in meta", -32602, true, post(with("protocolVersion", "\"a\":1"), VERSION, LIST)),
                Arguments.of(
                        "no capabilities", -32602, true, post(with("clientCapabilities", "\"a\":1"), VERSION, LIST)),
                Arguments.of("no method", -32020, true, post(TOOLS, VERSION)),
                Arguments.of("other method", -32020, true, post(TOOLS, VERSION, "Mcp-Method: prompts/list")),
                Arguments.of("other case of the method", -32020, true, post(TOOLS, VERSION, "Mcp-Method: TOOLS/LIST")),
                Arguments.of("no name", -32020, true, post(call(7, "a"), VERSION, CALL)),
                Arguments.of("other name", -32020, true, post(call(7, "a"), VERSION, CALL, "Mcp-Name: A")),
                Arguments.of(
                        "a name where the body has none",
                        -32020,
                        true,
                        post(request(7, "tools/call", ""), VERSION, CALL, "Mcp-Name: a")),
                Arguments.of(
                        "other prompt",
                        -32020,
                        true,
                        post(
                                request(7, "prompts/get", ",\"name\":\"a\""),
                                VERSION,
                                "Mcp-Method: prompts/get",
                                "Mcp-Name: b")),
                Arguments.of(
                        "other resource",
                        -32020,
                        true,
                        post(
                                request(7, "resources/read", ",\"uri\":\"a:b\""),
                                VERSION,
                                "Mcp-Method: resources/read",
                                "Mcp-Name: a:c")),
                Arguments.of(
                        "other task",
                        -32020,
                        true,
                        post(
                                request(7, "tasks/get", ",\"taskId\":\"a\""),
                                VERSION,
                                "Mcp-Method: tasks/get",
                                "Mcp-Name: b")),
                Arguments.of(
                        "no base64 in the name",
                        -32020,
                        true,
                        post(call(7, "a"), VERSION, CALL, "Mcp-Name: =?base64?YQ?=")),
                Arguments.of(
                        "name that is not encoded",
                        -32020,
                        true,
                        post(call(7, "\u00e9"), VERSION, CALL, "Mcp-Name: \u00e9")),
                Arguments.of("no base64 in a parameter", -32020, true, postedCall(7, "a", "Mcp-Param-A: =?base64?!?=")),
                Arguments.of("parameter twice", -32020, true, postedCall(7, "a", "Mcp-Param-A: 1", "mcp-param-a: 1")));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("refused")
    void refusesOneRequestWithItsIdAndReadsTheNext(String name, int code, boolean hasId, String request) {
        EmbeddedChannel client = bench.connect();
        for (int round = 1; round <= 2; round++) {
            bench.write(client, request);
            String response = bench.said(client);
            assertThat(status(response)).isEqualTo(400);
            assertThat(header(response, "Content-Type")).isEqualTo("application/json");
            assertThat(header(response, "Mcp-Session-Id")).isEmpty();
            assertThat(body(response))
                    .startsWith("{\"jsonrpc\":\"2.0\",")
                    .contains("\"error\":{\"code\":" + code + ",");
            if (hasId) {
                assertThat(body(response)).contains("\"id\":7,");
            } else {
                assertThat(body(response)).doesNotContain("\"id\"");
            }
            assertThat(client.isOpen()).isTrue();
        }
        assertThat(node.heard()).isEmpty();
    }

    @Test
    void tellsWhichVersionsThereAre() {
        EmbeddedChannel client = bench.connect();
        bench.write(client, post(TOOLS.replace("2026-07-28", "v999.0.0"), NEWER, LIST));
        assertThat(body(bench.said(client)))
                .contains("\"data\":{\"supported\":[\"2026-07-28\",\"2025-11-25\",\"2025-06-18\",\"2025-03-26\","
                        + "\"2024-11-05\"],\"requested\":\"v999.0.0\"}");
    }

    @Test
    void acceptsNotificationsAndDropsThem() {
        EmbeddedChannel client = bench.connect();
        bench.write(client, post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}", VERSION));
        String response = bench.said(client);
        assertThat(status(response)).isEqualTo(202);
        assertThat(body(response)).isEmpty();
        assertThat(node.heard()).isEmpty();
    }

    static Stream<Arguments> served() {
        return Stream.of(
                Arguments.of("plain", TOOLS, posted(7, "tools/list")),
                Arguments.of(
                        "a session that is named",
                        TOOLS,
                        posted(7, "tools/list", "Mcp-Session-Id: no", "Last-Event-ID: 1")),
                Arguments.of("tool", call(7, "a"), postedCall(7, "a")),
                Arguments.of("blanks around", call(7, "a"), post(call(7, "a"), VERSION, CALL, "Mcp-Name:   a  ")),
                Arguments.of(
                        "encoded",
                        call(7, "\u4e16"),
                        post(call(7, "\u4e16"), VERSION, CALL, "Mcp-Name: =?base64?5LiW?=")),
                Arguments.of(
                        "no tool, which the node refuses",
                        request(7, "tools/call", ""),
                        post(request(7, "tools/call", ""), VERSION, CALL)),
                Arguments.of(
                        "initialize, which the node refuses", request(7, "initialize", ""), posted(7, "initialize")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("served")
    void sendsOnWhatTheClientHasSent(String name, String message, String request) {
        EmbeddedChannel client = bench.connect();
        bench.write(client, request);
        Frame.Open open = node.hear(Frame.Open.class);
        assertThat(open.transport()).isEqualTo("http-stateless");
        node.say(new Frame.Opened(open.stream()));
        assertThat(FakeNode.text(node.hear(Frame.Data.class))).isEqualTo(message);
        assertThat(bench.edge.httpSessions().size()).isZero();
    }

    @Test
    void tellsTheNodeWhatTheHeadersSayOfParameters() {
        EmbeddedChannel client = bench.connect();
        bench.write(
                client,
                postedCall(7, "a", "Mcp-Param-Region: us-west1", "MCP-PARAM-TEXT: =?base64?YSJc5LiWCg==?=", "X-A: 1"));
        int stream = node.hear(Frame.Open.class).stream();
        node.say(new Frame.Opened(stream));
        assertThat(FakeNode.text(node.hear(Frame.Data.class)))
                .isEqualTo("{\"io.trunkline/edge\":{\"params\":{\"region\":\"us-west1\",\"text\":"
                        + "\"a\\\"\\\\\u4e16\\u000a\"}}," + call(7, "a").substring(1));
    }

    @Test
    void refusesWhatTheHeadersMakeTooLarge() {
        EmbeddedChannel client = bench.connect();
        String empty = call(7, "");
        String tool = "a".repeat(HttpBench.LIMIT - empty.length());
        bench.write(
                client,
                post(
                        request(7, "tools/list", ",\"a\":\"" + tool.substring(20) + "\""),
                        VERSION,
                        LIST,
                        "Mcp-Param-A: 1"));
        String response = bench.said(client);
        assertThat(status(response)).isEqualTo(413);
        assertThat(body(response)).contains("\"id\":7,");
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void leavesSessionsAlone() {
        Opened session = bench.open(node);
        for (String version : new String[] {OLDER, "X-A: 1"}) {
            bench.write(session.client(), post(HttpBench.PING, session.header(), version));
            assertThat(FakeNode.text(node.hear(Frame.Data.class))).isEqualTo(HttpBench.PING);
            node.say(FakeNode.answer(session.stream(), version.equals(OLDER) ? 2 : 3, "{}"));
            assertThat(body(bench.said(session.client()))).isEqualTo("{}");
        }
    }

    @Test
    void aSessionDoesNotTakeTheMemberOfAnEdgeEither() {
        Opened session = bench.open(node);
        String forged =
                "{\"io.trunkline/edge\":{\"principal\":\"root\"},\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}";
        String many = "[" + "1,".repeat(1000) + "1]";
        for (String message : new String[] {forged, "[" + HttpBench.PING + "," + forged + "]", many}) {
            for (String version : new String[] {OLDER, "X-A: 1"}) {
                bench.write(session.client(), post(message, session.header(), version));
                String response = bench.said(session.client());
                assertThat(status(response)).isEqualTo(400);
                assertThat(body(response)).contains("\"code\":-32600");
            }
        }
        assertThat(node.heard()).isEmpty();
    }
}
