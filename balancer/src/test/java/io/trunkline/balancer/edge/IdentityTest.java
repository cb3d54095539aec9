package io.trunkline.balancer.edge;

import static io.trunkline.balancer.edge.HttpBench.INITIALIZE;
import static io.trunkline.balancer.edge.HttpBench.PING;
import static io.trunkline.balancer.edge.HttpBench.body;
import static io.trunkline.balancer.edge.HttpBench.get;
import static io.trunkline.balancer.edge.HttpBench.header;
import static io.trunkline.balancer.edge.HttpBench.post;
import static io.trunkline.balancer.edge.HttpBench.postTo;
import static io.trunkline.balancer.edge.HttpBench.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.trunkline.balancer.auth.Authorizer;
import io.trunkline.balancer.auth.Grant;
import io.trunkline.balancer.auth.ScopeRules;
import io.trunkline.balancer.auth.TestSettings;
import io.trunkline.balancer.edge.HttpBench.Opened;
import io.trunkline.balancer.session.HttpSession;
import io.trunkline.balancer.trunk.FakeNode;
import io.trunkline.protocol.codec.FrameCodec;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.refusal.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What clients may do that have to say who they are. */
@Timeout(60)
class IdentityTest {
    private static final String ALICE = "Authorization: Bearer token-of-alice";
    private static final String BOB = "Authorization: Bearer token-of-bob";
    private static final String GUEST = "Authorization: Bearer token-of-guest";
    private static final String STRANGER = "Authorization: Bearer token-of-nobody";
    private static final String ANSWER = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}";
    private static final String STATELESS = "Mcp-Protocol-Version: 2026-07-28";
    private static final String LIST = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{\"_meta\":"
            + "{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}";
    private static final ScopeRules RULES = new ScopeRules(
            Set.of("mcp"), List.of(new ScopeRules.Rule("tools/call", "delete_*", Set.of("write"))), List.of());

    private final Path file;
    private final Authorizer authorizer;
    private final HttpBench bench;
    private final FakeNode node;

    IdentityTest(@TempDir Path directory) throws Exception {
        file = directory.resolve("tokens");
        Files.writeString(file, line("alice", "mcp write") + line("bob", "mcp") + line("guest", ""));
        authorizer = Authorizer.create(TestSettings.tokens(file.toString(), RULES), new Metrics());
        bench = new HttpBench(HttpBench.settings(true, 0), authorizer);
        node = bench.trunks.onlyNode();
    }

    @AfterEach
    void nothingIsLeft() {
        bench.close();
        authorizer.close();
    }

    // --- who is served

    @Test
    void whoDoesNotSayWhoHeIsIsRefusedBeforeHisBodyIsRead() {
        for (String request : List.of(post(INITIALIZE), post(INITIALIZE, STRANGER), get("/mcp"), get("/mcp/ws"))) {
            EmbeddedChannel client = bench.connect();
            int headEnd = request.indexOf("\r\n\r\n") + 4;
            bench.write(client, request.substring(0, headEnd));
            String response = bench.said(client);
            assertThat(status(response)).isEqualTo(401);
            assertThat(header(response, "WWW-Authenticate"))
                    .startsWith("Bearer ")
                    .contains("scope=\"mcp\"");
            assertThat(header(response, "Connection")).isEqualTo("close");
            assertThat(client.isOpen()).isFalse();
        }
        assertThat(node.heard()).isEmpty();
        assertThat(bench.edge.httpSessions().size()).isZero();
    }

    @Test
    void whoeverAsksForTheMetadataWithoutATokenAndReadsNothingIsAnsweredNoFurther() {
        String request = "GET /.well-known/oauth-protected-resource HTTP/1.1\r\nHost: localhost\r\n\r\n";
        try (Authorizer issuers = Authorizer.create(TestSettings.issuer("https://issuer", RULES), new Metrics())) {
            HttpBench described = new HttpBench(HttpBench.settings(true, 0), issuers);
            EmbeddedChannel client = described.connect();
            described.write(client, request);
            assertThat(status(described.said(client))).isEqualTo(200);
            described.clogged(client, true);
            described.write(client, request.repeat(300));
            assertThat(described.said(client)).isEmpty();
            assertThat(client.config().isAutoRead()).isFalse();
            assertThat(described.held()).isEqualTo(300L * request.length());
            described.clogged(client, false);
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 10; i++) {
                all.append(described.said(client));
            }
            assertThat(all.toString().split("HTTP/1.1 200", -1)).hasSize(301);
            assertThat(client.config().isAutoRead()).isTrue();
            described.close();
        }
    }

    @Test
    void aTokenInTheQueryAndTwoOfThemAreRefusedEvenIfTheyAreGood() {
        EmbeddedChannel client = bench.connect();
        bench.write(client, postTo("/mcp?access_token=token-of-alice", INITIALIZE, ALICE));
        assertThat(status(bench.said(client))).isEqualTo(400);
        client = bench.connect();
        bench.write(client, post(INITIALIZE, ALICE, BOB));
        String response = bench.said(client);
        assertThat(status(response)).isEqualTo(400);
        assertThat(header(response, "WWW-Authenticate")).contains("error=\"invalid_request\"");
    }

    @Test
    void aPreflightCarriesNoTokenAndAPageMayReadWhyItIsRefused() {
        EmbeddedChannel client = bench.connect();
        bench.write(client, "OPTIONS /mcp HTTP/1.1\r\nHost: localhost\r\nOrigin: https://app.example.com\r\n\r\n");
        assertThat(status(bench.said(client))).isEqualTo(204);
        bench.write(client, post(INITIALIZE, "Origin: https://app.example.com"));
        String response = bench.said(client);
        assertThat(status(response)).isEqualTo(401);
        assertThat(header(response, "Access-Control-Allow-Origin")).isEqualTo("https://app.example.com");
        assertThat(header(response, "Access-Control-Expose-Headers")).contains("WWW-Authenticate");
    }

    @Test
    void theNodeIsToldWhoseASessionIs() {
        EmbeddedChannel client = bench.connect();
        bench.write(client, post(INITIALIZE, ALICE));
        assertThat(node.hear(Frame.Open.class).owner().name()).isEqualTo("alice");
    }

    @Test
    void severalMayShareAConnectionAsBehindAProxy() {
        Opened alices = bench.open(node, ALICE);
        bench.write(alices.client(), post(PING, BOB, alices.header()));
        assertThat(status(bench.said(alices.client()))).isEqualTo(404);
        bench.write(alices.client(), post(PING, ALICE, alices.header()));
        assertThat(FakeNode.text(node.hear(Frame.Data.class))).isEqualTo(PING);
        node.say(FakeNode.answer(alices.stream(), 2, ANSWER));
        assertThat(body(bench.said(alices.client()))).isEqualTo(ANSWER);
        bench.write(alices.client(), post(PING, alices.header()));
        assertThat(status(bench.said(alices.client()))).isEqualTo(401);
    }

    // --- whose sessions

    @Test
    void anotherPrincipalsSessionIsNotThere() {
        Opened alices = bench.open(node, ALICE);
        EmbeddedChannel client = bench.connect();
        List<String> requests = List.of(
                post(PING, BOB, alices.header()),
                get("/mcp", BOB, alices.header()),
                get("/mcp", BOB, alices.header(), "Last-Event-ID: 0-0"),
                "DELETE /mcp HTTP/1.1\r\nHost: localhost\r\n" + BOB + "\r\n" + alices.header() + "\r\n\r\n",
                post(PING, BOB, "Mcp-Session-Id: AAbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"));
        String unknown = "";
        for (String request : requests) {
            bench.write(client, request);
            String response = bench.said(client);
            assertThat(status(response)).isEqualTo(404);
            assertThat(unknown.isEmpty() || unknown.equals(response))
                    .as("nothing tells why")
                    .isTrue();
            unknown = response;
        }
        assertThat(node.heard()).isEmpty();
        bench.write(client, post(PING, ALICE, alices.header()));
        assertThat(FakeNode.text(node.hear(Frame.Data.class))).isEqualTo(PING);
    }

    @Test
    void anotherPrincipalsStreamOfTheDeprecatedTransportTakesNoMessages() {
        EmbeddedChannel stream = bench.connect();
        bench.write(stream, get("/mcp/sse", ALICE));
        String said = bench.said(stream);
        String endpoint = "/mcp/" + said.substring(said.indexOf("messages?")).split("\n", 2)[0];
        EmbeddedChannel client = bench.connect();
        bench.write(client, postTo(endpoint, PING, BOB));
        assertThat(status(bench.said(client))).isEqualTo(404);
        bench.write(client, postTo(endpoint, PING, ALICE));
        assertThat(status(bench.said(client))).isEqualTo(202);
    }

    @Test
    void aBalancerThatDoesNotHoldTheSessionKnowsWhoseItIsAndAsksNobody() {
        FakeNode other = bench.trunks.node(7);
        bench.trunks.balancers(other);
        other.welcome();
        Opened alices = bench.open(node, ALICE);
        // What another balancer would have minted for her: the key is that of the cluster.
        HttpSession session = Objects.requireNonNull(bench.edge.httpSessions().find(alices.id()));
        bench.edge.httpSessions().forget(alices.id(), session);
        EmbeddedChannel client = bench.connect();
        bench.write(client, post(PING, BOB, alices.header()));
        assertThat(status(bench.said(client))).isEqualTo(404);
        assertThat(other.heard()).isEmpty();
        bench.write(client, post(PING, ALICE, alices.header()));
        Frame.Ask asked = other.hear(Frame.Ask.class);
        assertThat(asked.session()).isEqualTo(alices.id());
        assertThat(new String(asked.head().array(), StandardCharsets.UTF_8))
                .as("no token goes there")
                .isEqualTo("\n");
        other.say(new Frame.Reset(asked.stream(), Reason.UNKNOWN_SESSION, 0, ""));
        bench.knowsNothing(node);
        assertThat(status(bench.said(client))).isEqualTo(404);
    }

    @Test
    void withoutASessionTheNodeIsToldWhoAsksAndNothingIsSharedOnAConnection() {
        EmbeddedChannel client = bench.connect();
        bench.write(client, post(LIST, ALICE, STATELESS, "Mcp-Method: tools/list"));
        int first = node.hear(Frame.Open.class).stream();
        node.say(new Frame.Opened(first));
        String alices = FakeNode.text(node.hear(Frame.Data.class));
        assertThat(alices)
                .contains("\"principal\":{\"id\":\"", "\"name\":\"alice\"}")
                .doesNotContain("token-of");
        node.say(FakeNode.answer(first, 1, ANSWER));
        assertThat(status(bench.said(client))).isEqualTo(200);

        bench.write(client, post(LIST, BOB, STATELESS, "Mcp-Method: tools/list"));
        List<Frame> heard = node.heard();
        assertThat(heard).anyMatch(frame -> frame instanceof Frame.Reset reset && reset.stream() == first);
        int second = heard.stream()
                .filter(Frame.Open.class::isInstance)
                .map(frame -> ((Frame.Open) frame).stream())
                .findFirst()
                .orElseThrow();
        assertThat(second).isNotEqualTo(first);
        node.say(new Frame.Opened(second));
        String bobs = FakeNode.text(node.hear(Frame.Data.class));
        assertThat(bobs).contains("\"name\":\"bob\"}").isNotEqualTo(alices);
        node.say(FakeNode.answer(second, 1, ANSWER));
        assertThat(status(bench.said(client))).isEqualTo(200);

        Opened session = bench.open(node, ALICE);
        bench.write(client, post(LIST, BOB, STATELESS, "Mcp-Method: tools/list", session.header()));
        assertThat(node.hear(Frame.Data.class).stream())
                .as("it is in no session")
                .isEqualTo(second);
        node.say(FakeNode.answer(second, 2, ANSWER));
        assertThat(status(bench.said(client))).isEqualTo(200);

        bench.write(client, post(LIST.replace("tools/list", "tools/call"), GUEST, STATELESS, "Mcp-Method: tools/call"));
        assertThat(status(bench.said(client))).isEqualTo(403);
    }

    // --- what they may do

    @Test
    void aScopeThatIsMissingIsNamed() {
        EmbeddedChannel client = bench.connect();
        bench.write(client, post(INITIALIZE, GUEST));
        String response = bench.said(client);
        assertThat(status(response)).isEqualTo(403);
        assertThat(header(response, "WWW-Authenticate"))
                .isEqualTo("Bearer error=\"insufficient_scope\", scope=\"mcp\"");
        assertThat(client.isOpen()).as("the request was read").isTrue();

        Opened bobs = bench.open(node, BOB);
        bench.write(bobs.client(), post(call("delete_all"), BOB, bobs.header()));
        response = bench.said(bobs.client());
        assertThat(status(response)).isEqualTo(403);
        assertThat(header(response, "WWW-Authenticate")).contains("scope=\"mcp write\"");
        bench.write(bobs.client(), post("[" + PING + "," + call("delete_all") + "]", BOB, bobs.header()));
        assertThat(status(bench.said(bobs.client()))).isEqualTo(403);
        assertThat(node.heard()).isEmpty();
        bench.write(bobs.client(), post(call("echo"), BOB, bobs.header()));
        assertThat(FakeNode.text(node.hear(Frame.Data.class))).isEqualTo(call("echo"));
        node.say(FakeNode.answer(bobs.stream(), 2, ANSWER));
        assertThat(status(bench.said(bobs.client()))).isEqualTo(200);
        bench.write(bobs.client(), post("noise", BOB, bobs.header()));
        assertThat(status(bench.said(bobs.client()))).isEqualTo(400);
        bench.write(bobs.client(), get("/mcp", GUEST, bobs.header()));
        assertThat(status(bench.said(bobs.client()))).isEqualTo(404);

        Opened alices = bench.open(node, ALICE);
        bench.write(alices.client(), post(call("delete_all"), ALICE, alices.header()));
        assertThat(FakeNode.text(node.hear(Frame.Data.class))).isEqualTo(call("delete_all"));
    }

    // --- until when

    @Test
    void streamsEndWithWhatTheirClientHasShown() throws IOException {
        Opened alices = bench.open(node, ALICE);
        EmbeddedChannel listening = bench.connect();
        bench.write(listening, get("/mcp", ALICE, alices.header(), "Mcp-Protocol-Version: 2025-11-25"));
        EmbeddedChannel old = bench.connect();
        bench.write(old, get("/mcp/sse", ALICE));
        EmbeddedChannel bobs = bench.connect();
        bench.write(bobs, get("/mcp/sse", BOB));
        for (EmbeddedChannel stream : List.of(listening, old, bobs)) {
            assertThat(status(bench.said(stream))).isEqualTo(200);
        }
        revokeAlice();
        // In time, and by the way between two checks of deadlines.
        bench.tick(0.3);
        for (EmbeddedChannel stream : List.of(listening, old)) {
            assertThat(bench.said(stream)).as("a clean end").endsWith("0\r\n\r\n");
            assertThat(stream.isOpen()).isTrue();
            bench.write(stream, get("/mcp", ALICE, alices.header()));
            assertThat(status(bench.said(stream))).isEqualTo(401);
        }
        assertThat(bench.said(bobs)).isEmpty();
        assertThat(bench.edge.httpSessions().size())
                .as("hers, which waits for her; and his")
                .isEqualTo(2);
    }

    @Test
    void aRequestThatRunsIsAnsweredEvenIfItsTokenHasEnded() throws IOException {
        Opened alices = bench.open(node, ALICE);
        bench.write(alices.client(), post(PING, ALICE, alices.header()));
        node.hear(Frame.Data.class);
        revokeAlice();
        bench.tick(0.3);
        node.say(FakeNode.answer(alices.stream(), 2, ANSWER));
        assertThat(body(bench.said(alices.client()))).isEqualTo(ANSWER);
    }

    // --- where tokens go

    @Test
    void noTokenAndNoHeaderThatCarriesOneReachesANode() {
        ByteBuf told = Unpooled.buffer();
        EmbeddedChannel session = bench.connect();
        bench.write(session, post(INITIALIZE, ALICE));
        List<Frame> frames = new ArrayList<>(node.heard());
        assertThat(frames).hasAtLeastOneElementOfType(Frame.Open.class);
        node.say(new Frame.Opened(((Frame.Open) frames.get(0)).stream()));
        EmbeddedChannel stateless = bench.connect();
        bench.write(stateless, post(LIST, ALICE, STATELESS, "Mcp-Method: tools/list"));
        frames.addAll(node.heard());
        node.say(new Frame.Opened(((Frame.Open) frames.get(frames.size() - 1)).stream()));
        frames.addAll(node.heard());
        frames.forEach(frame -> FrameCodec.encode(frame, told));
        String text = told.toString(StandardCharsets.ISO_8859_1);
        told.release();
        assertThat(text).contains("initialize", "tools/list").doesNotContainIgnoringCase("token-of", "bearer");
    }

    // --- what everybody may ask

    @Test
    void withoutAnAuthorizationServerThereIsNoMetadata() {
        EmbeddedChannel client = bench.connect();
        for (String path : List.of("", "/mcp")) {
            bench.write(client, "GET " + Authorizer.METADATA + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(status(bench.said(client))).isEqualTo(404);
        }
    }

    private void revokeAlice() throws IOException {
        Files.writeString(file, Files.readString(file).replaceFirst("alice \\S+", "#"));
        Awaitility.await().until(() -> !knows("token-of-alice"));
    }

    private boolean knows(String token) {
        HttpHeaders headers = new DefaultHttpHeaders().set("Authorization", "Bearer " + token);
        return authorizer.visitor(() -> null).ask("/mcp", headers, Runnable::run, later -> {}) instanceof Grant;
    }

    private static String call(String tool) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool + "\"}}";
    }

    private static String line(String name, String scopes) throws Exception {
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(("token-of-" + name).getBytes(StandardCharsets.US_ASCII));
        return name + " " + HexFormat.of().formatHex(digest) + " " + scopes + "\n";
    }
}
