package io.trunkline.balancer.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.trunkline.balancer.auth.Authorizer;
import io.trunkline.balancer.auth.Visitor;
import io.trunkline.balancer.client.ClientLoop;
import io.trunkline.balancer.relay.Relays;
import io.trunkline.balancer.session.SessionSeal;
import io.trunkline.balancer.tls.Tls;
import io.trunkline.balancer.trunk.LoopTrunks;
import io.trunkline.protocol.member.Counter;
import io.trunkline.protocol.member.Meter;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the HTTP connections and sessions of one event loop share. Belongs to the event loop. */
final class HttpLoop {
    /** How long a browser may remember what it was told about other origins. */
    private static final int PREFLIGHT_SECONDS = 600;

    /** How long anybody may keep what the server says about itself: it changes with a restart. */
    private static final String METADATA_LASTS = "public, max-age=300";

    private static final Logger LOG = LoggerFactory.getLogger(HttpLoop.class);

    private final HttpEdge edge;
    private final ClientLoop clients;
    private final Relays relays;
    private final SessionSeal seal;
    private final SessionFinder finder;
    private final McpEndpoint mcp;
    private final SseEndpoint sse;
    /** Null when nobody is asked who he is. */
    private final @Nullable Gate gate;

    private final Map<Integer, Counter> responses = new HashMap<>();
    private final DateLine date = new DateLine();

    HttpLoop(HttpEdge edge, LoopTrunks trunks, Meter meter) {
        this.edge = edge;
        HttpEdge.Services services = edge.services();
        this.clients = new ClientLoop(
                trunks.loop(),
                edge.edgeSettings(),
                services.admission(),
                services.memory().of(trunks.loop()),
                services.metrics(),
                edge.settings().timeouts().farewell());
        this.relays = new Relays(trunks, edge.relaySettings(), meter, services.events());
        this.seal = new SessionSeal(edge.peers().secret(), edge.peers().self());
        this.finder = new SessionFinder(
                this, edge.httpSessions(), edge.peers().trunks().of(trunks.loop()));
        this.mcp = new McpEndpoint(this, edge.httpSessions());
        this.sse = new SseEndpoint(this, edge.httpSessions());
        this.gate = edge.authorizer() == null ? null : new Gate(edge.authorizer(), seal);
    }

    // --- what connections need

    HttpSettings settings() {
        return edge.settings();
    }

    /** The clients of this event loop. */
    ClientLoop clients() {
        return clients;
    }

    Relays relays() {
        return relays;
    }

    int messageLimit() {
        return edge.edgeSettings().messageLimit();
    }

    HeadCheck check() {
        return edge.check();
    }

    /** The ids of HTTP sessions. */
    SessionSeal seal() {
        return seal;
    }

    /** Finds sessions that are not here. */
    SessionFinder finder() {
        return finder;
    }

    /** Decides what those who have shown who they are may do; null when nobody is asked. */
    @Nullable
    Gate gate() {
        return gate;
    }

    /** Whoever is at the other end of a channel; null when nobody is asked who he is. */
    @Nullable
    Visitor visitor(Channel channel) {
        Authorizer authorizer = edge.authorizer();
        return authorizer == null
                ? null
                : authorizer.visitor(() -> Tls.clientCertificate(channel), channel.remoteAddress());
    }

    /** The value of {@code Date}, which each response has. */
    AsciiString date() {
        return date.now();
    }

    /** Counts a response. */
    void counted(int status) {
        responses
                .computeIfAbsent(
                        status,
                        code -> edge.services()
                                .metrics()
                                .counter("trunkline.http.responses", Map.of("status", Integer.toString(code))))
                .increment();
    }

    /** Headers that every response has. */
    void addCommon(HttpHeaders headers, @Nullable String origin) {
        if (origin != null && check().readableBy(origin)) {
            headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
                    .set(
                            HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS,
                            "Mcp-Session-Id, Mcp-Protocol-Version, WWW-Authenticate")
                    .add(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
        }
    }

    /** Hands a request to its endpoint, once its body has been read if that takes long. */
    void take(Exchange exchange, byte[] body, HttpConnection connection) {
        if (exchange.head().isPost() && BodyReader.isHeavy(body)) {
            connection.reads(body.length);
            edge.bodies().read(exchange, body, gate == null ? null : gate.scopes(), () -> {
                if (connection.hasRead(exchange, body.length)) {
                    serve(exchange, body, connection);
                }
            });
        } else {
            serve(exchange, body, connection);
        }
    }

    /** Whether a request names a session that is not here. */
    boolean isElsewhere(RequestHead head) {
        String id = head.route() == Route.MESSAGES
                ? SseEndpoint.parameter(head.target(), SseEndpoint.SESSION)
                : head.session();
        return id != null && !edge.httpSessions().has(id);
    }

    /** Hands a request to its endpoint. */
    void serve(Exchange exchange, byte[] body, HttpConnection connection) {
        if ("OPTIONS".equals(exchange.head().method())) {
            exchange.answer(204, preflight(exchange.head()), Unpooled.EMPTY_BUFFER);
            return;
        }
        if (gate != null && !gate.lets(exchange, body)) {
            return;
        }
        switch (exchange.head().route()) {
            case MCP -> mcp.serve(exchange, body, connection);
            case WEB_SOCKET -> WebSocketUpgrade.serve(this, exchange, connection);
            case SSE -> sse.open(exchange, connection);
            case MESSAGES -> sse.post(exchange, body);
            case METADATA -> describe(exchange);
            case SERVER -> exchange.answer(204);
        }
    }

    private void describe(Exchange exchange) {
        Authorizer authorizer = edge.authorizer();
        byte[] metadata = authorizer == null
                ? null
                : authorizer.metadata(Route.pathOf(exchange.head().target()));
        if (metadata == null) {
            exchange.refuse(HttpRefusal.of(404, "nothing is served here"));
        } else {
            HttpHeaders headers = Exchange.jsonHeaders().set(HttpHeaderNames.CACHE_CONTROL, METADATA_LASTS);
            if (settings().cors() && exchange.head().origin() == null) {
                // Pages may not read this answer, so no cache may give it to them.
                headers.set(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
            }
            exchange.answer(200, headers, Unpooled.wrappedBuffer(metadata));
        }
    }

    private static HttpHeaders preflight(RequestHead head) {
        String asked = head.headers().get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS);
        HttpHeaders headers = new DefaultHttpHeaders()
                .set(HttpHeaderNames.ALLOW, head.route().allow())
                .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, head.route().allow())
                .set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS);
        return asked == null ? headers : headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, asked);
    }

    // --- what tests see

    int population() {
        return clients.population();
    }

    void tick(long now) {
        clients.tick(now);
    }

    CompletableFuture<@Nullable Void> drain(long deadline) {
        return clients.drain(deadline);
    }
}
