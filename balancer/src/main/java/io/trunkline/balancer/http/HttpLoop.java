package io.trunkline.balancer.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.trunkline.balancer.admit.Admission;
import io.trunkline.balancer.assign.ClientKey;
import io.trunkline.balancer.auth.Authorizer;
import io.trunkline.balancer.auth.Visitor;
import io.trunkline.balancer.client.Crowd;
import io.trunkline.balancer.client.EdgeSettings;
import io.trunkline.balancer.client.LoopMemory;
import io.trunkline.balancer.events.BalancerEvents;
import io.trunkline.balancer.relay.ClientSink;
import io.trunkline.balancer.relay.Relay;
import io.trunkline.balancer.session.SessionSeal;
import io.trunkline.balancer.stateless.Affinity;
import io.trunkline.balancer.tls.Tls;
import io.trunkline.balancer.trunk.LoopTrunks;
import io.trunkline.protocol.member.Counter;
import io.trunkline.protocol.member.Meter;
import io.trunkline.protocol.refusal.Reason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
    private final LoopTrunks trunks;
    private final Meter meter;
    private final SessionSeal seal;
    private final SessionFinder finder;
    private final McpEndpoint mcp;
    private final SseEndpoint sse;
    /** Null when nobody is asked who he is. */
    private final @Nullable Gate gate;

    private final Crowd<HttpConnection> connections = new Crowd<>();
    private final Crowd<WebSocketClient> webSockets = new Crowd<>();
    private final Crowd<HttpSession> sessions = new Crowd<>();
    private final Crowd<SseSession> sseSessions = new Crowd<>();
    private final Map<Reason, Long> ended = new EnumMap<>(Reason.class);
    private final Map<Integer, Counter> responses = new HashMap<>();
    private final CompletableFuture<@Nullable Void> drained = new CompletableFuture<>();
    private final DateLine date = new DateLine();
    private long drainDeadline;
    private long farewellEnds;
    private boolean draining;
    /** Whether what is idle goes, too. */
    private boolean leaving;

    HttpLoop(HttpEdge edge, LoopTrunks trunks, Meter meter) {
        this.edge = edge;
        this.trunks = trunks;
        this.meter = meter;
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

    EdgeSettings edge() {
        return edge.edgeSettings();
    }

    int messageLimit() {
        return edge.edgeSettings().messageLimit();
    }

    Admission admission() {
        return edge.services().admission();
    }

    /** What the clients of this event loop hold. */
    LoopMemory memory() {
        return edge.services().memory().of(eventLoop());
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

    /** Whether the process stops: each answer is the last one on its connection. */
    boolean draining() {
        return draining;
    }

    /** Whether it stops and has had time to tell its clients so: nothing new is begun any more. */
    boolean leaving() {
        return leaving;
    }

    EventLoop eventLoop() {
        return trunks.loop();
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

    /**
     * A relay on this event loop.
     *
     * @param remote where the client is; null for a session that was another balancer's
     */
    Relay relay(@Nullable InetSocketAddress remote, ClientSink sink, String transport) {
        return relay(remote, sink, transport, null);
    }

    /**
     * The same, at the node of an affinity.
     *
     * @param affinity see {@link Affinity#of}
     */
    Relay relay(@Nullable InetSocketAddress remote, ClientSink sink, String transport, @Nullable String affinity) {
        String text = remote == null ? "" : remote.getAddress().getHostAddress() + ":" + remote.getPort();
        InetAddress source = remote == null ? InetAddress.getLoopbackAddress() : remote.getAddress();
        return new Relay(
                trunks,
                sink,
                edge.relaySettings(),
                meter,
                edge.services().events(),
                new ClientKey(source, affinity),
                transport,
                text);
    }

    /** The slot of an affinity; -1 while it is not known how many there are. */
    int slotOf(String affinity) {
        return trunks.slotOf(affinity);
    }

    void add(HttpConnection connection) {
        connections.add(connection);
    }

    void remove(HttpConnection connection) {
        connections.remove(connection);
        admission().disconnect();
    }

    /** The connection is now another handler's, which has its place among those that are admitted. */
    void handOver(HttpConnection connection) {
        connections.remove(connection);
    }

    void add(WebSocketClient client) {
        webSockets.add(client);
    }

    void remove(WebSocketClient client) {
        webSockets.remove(client);
        admission().disconnect();
    }

    void add(HttpSession session) {
        sessions.add(session);
    }

    void remove(HttpSession session) {
        sessions.remove(session);
    }

    void add(SseSession session) {
        sseSessions.add(session);
    }

    void remove(SseSession session) {
        sseSessions.remove(session);
    }

    /** Connections and sessions of this event loop. */
    int population() {
        return connections.size() + webSockets.size() + sessions.size() + sseSessions.size();
    }

    /** A client was refused or ended by this side. */
    void ended(Reason reason) {
        edge.services()
                .metrics()
                .counter("trunkline.clients.ended", Map.of("reason", reason.label()))
                .increment();
        ended.merge(reason, 1L, Long::sum);
    }

    /** Input or output of a client failed: mostly a reset by the peer. */
    void failed(Throwable cause) {
        LOG.debug("client.failed", cause);
    }

    // --- time

    void start() {
        long check = edge().timeouts().check().toMillis();
        eventLoop().scheduleWithFixedDelay(() -> tick(System.nanoTime()), check, check, TimeUnit.MILLISECONDS);
    }

    /** Looks at the deadlines of all. */
    void tick(long now) {
        connections.each(connection -> checked(() -> connection.tick(now), connection::drop));
        webSockets.each(client -> checked(() -> client.tick(now), client::drop));
        sessions.each(session -> checked(() -> session.tick(now), session::end));
        sseSessions.each(session -> checked(() -> session.tick(now), session::end));
        ended.forEach(BalancerEvents::clientsEnded);
        ended.clear();
        if (draining) {
            endIdle(now);
        }
    }

    /** What goes wrong with one client must not end the checks of all. */
    private static void checked(Runnable check, Runnable drop) {
        try {
            check.run();
        } catch (RuntimeException e) {
            LOG.error("client.check_failed", e);
            drop.run();
        }
    }

    CompletableFuture<@Nullable Void> drain(long deadline) {
        eventLoop().execute(() -> {
            draining = true;
            drainDeadline = deadline;
            long now = System.nanoTime();
            farewellEnds = now + settings().timeouts().farewell().toNanos();
            endIdle(now);
        });
        return drained;
    }

    private void endIdle(long now) {
        boolean late = drainDeadline - System.nanoTime() <= 0;
        // Without connections there is nobody to be told.
        leaving = leaving || late || farewellEnds - now <= 0 || connections.size() == 0;
        if (leaving) {
            sessions.each(session -> session.drain(late));
        }
        sseSessions.each(session -> session.drain(late));
        webSockets.each(client -> client.drain(late));
        connections.each(connection -> connection.drain(now, late));
        if (late || population() == 0) {
            drained.complete(null);
        }
    }
}
