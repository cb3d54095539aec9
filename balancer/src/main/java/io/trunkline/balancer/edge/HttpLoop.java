package io.trunkline.balancer.edge;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.trunkline.balancer.auth.Authorizer;
import io.trunkline.balancer.auth.ScopeGate;
import io.trunkline.balancer.http.ContentType;
import io.trunkline.balancer.http.Exchange;
import io.trunkline.balancer.http.HttpConnection;
import io.trunkline.balancer.http.HttpRefusal;
import io.trunkline.balancer.http.HttpWire;
import io.trunkline.balancer.http.RequestHead;
import io.trunkline.balancer.http.Route;
import io.trunkline.balancer.roam.SessionFinder;
import io.trunkline.balancer.session.SessionEndpoint;
import io.trunkline.balancer.session.SessionLoop;
import io.trunkline.balancer.session.SessionSeal;
import io.trunkline.balancer.session.SseEndpoint;
import io.trunkline.balancer.stateless.StatelessClient;
import io.trunkline.balancer.stateless.StatelessEndpoint;
import io.trunkline.balancer.stateless.StatelessLoop;
import io.trunkline.balancer.websocket.WebSocketUpgrade;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Hands the requests of one event loop to their endpoints. Belongs to the event loop. */
final class HttpLoop {
    /** How long a browser may remember what it was told about other origins. */
    private static final int PREFLIGHT_SECONDS = 600;

    /** How long anybody may keep what the server says about itself: it changes with a restart. */
    private static final String METADATA_LASTS = "public, max-age=300";

    private final HttpWire wire;
    private final SessionLoop sessions;
    private final StatelessLoop stateless;
    private final SessionFinder finder;
    private final McpEndpoint mcp;
    private final SseEndpoint sse;
    private final WebSocketUpgrade webSockets;
    /** Both are null when authentication is off. */
    private final @Nullable Authorizer authorizer;

    private final @Nullable Gate gate;

    HttpLoop(HttpWire wire, SessionLoop sessions, SessionFinder finder, @Nullable Authorizer authorizer) {
        this.wire = wire;
        this.sessions = sessions;
        this.finder = finder;
        this.authorizer = authorizer;
        this.stateless = new StatelessLoop(wire.settings(), wire.clients(), sessions.relays());
        this.mcp = new McpEndpoint(new SessionEndpoint(sessions, finder), new StatelessEndpoint(stateless));
        this.sse = new SseEndpoint(sessions, finder);
        this.webSockets = new WebSocketUpgrade(wire, sessions.relays());
        ScopeGate scopes = wire.scopes();
        this.gate = authorizer == null || scopes == null ? null : new Gate(authorizer, scopes, sessions.seal());
    }

    HttpWire wire() {
        return wire;
    }

    StatelessLoop stateless() {
        return stateless;
    }

    /** Finds sessions that are not here. */
    SessionFinder finder() {
        return finder;
    }

    /** Whether a request names a session that is not here. */
    boolean isElsewhere(RequestHead head) {
        String id = head.namedSession();
        return id != null && !sessions.sessions().has(id);
    }

    /** Serves a request; {@code asker} knows the client that asks without a session. */
    void serve(Exchange exchange, byte[] body, HttpConnection connection, Supplier<StatelessClient> asker) {
        if ("OPTIONS".equals(exchange.head().method())) {
            exchange.answer(204, preflight(exchange.head()), Unpooled.EMPTY_BUFFER);
            return;
        }
        if (gate != null && !gate.lets(exchange, body)) {
            return;
        }
        switch (exchange.head().route()) {
            case MCP -> mcp.serve(exchange, body, connection, asker);
            case WEB_SOCKET -> webSockets.serve(exchange, connection);
            case SSE -> sse.open(exchange, connection);
            case MESSAGES -> sse.post(exchange, body);
            case METADATA -> describe(exchange);
            case SERVER -> exchange.answer(204);
        }
    }

    private void describe(Exchange exchange) {
        byte[] metadata = authorizer == null
                ? null
                : authorizer.metadata(Route.pathOf(exchange.head().target()));
        if (metadata == null) {
            exchange.refuse(HttpRefusal.of(404, "nothing is served here"));
        } else {
            HttpHeaders headers = ContentType.jsonHeaders().set(HttpHeaderNames.CACHE_CONTROL, METADATA_LASTS);
            if (wire.settings().cors() && exchange.head().origin() == null) {
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

    SessionSeal seal() {
        return sessions.seal();
    }

    int population() {
        return wire.clients().population();
    }

    void tick(long now) {
        wire.clients().tick(now);
    }

    CompletableFuture<@Nullable Void> drain(long deadline) {
        return wire.clients().drain(deadline);
    }
}
