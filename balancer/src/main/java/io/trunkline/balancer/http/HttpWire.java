package io.trunkline.balancer.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.trunkline.balancer.auth.Authorizer;
import io.trunkline.balancer.auth.ScopeGate;
import io.trunkline.balancer.auth.Visitor;
import io.trunkline.balancer.client.ClientLoop;
import io.trunkline.balancer.client.Deadlines;
import io.trunkline.balancer.tls.Tls;
import io.trunkline.protocol.metrics.Counter;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.refusal.Reason;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the HTTP connections of one event loop share. Belongs to the event loop. */
public final class HttpWire {
    private final HttpSettings settings;
    private final ClientLoop clients;
    private final HeadCheck check;
    private final BodyReader bodies;
    private final Metrics metrics;
    /** Null when authentication is off. */
    private final @Nullable Authorizer authorizer;

    private final @Nullable ScopeGate scopes;
    private final Deadlines<RequestClock> deadlines;
    private final Map<Integer, Counter> responses = new HashMap<>();
    private final DateLine date = new DateLine();

    /** The wire of these clients. */
    public HttpWire(
            HttpSettings settings,
            ClientLoop clients,
            HeadCheck check,
            BodyReader bodies,
            Metrics metrics,
            @Nullable Authorizer authorizer) {
        this.settings = settings;
        this.clients = clients;
        this.check = check;
        this.bodies = bodies;
        this.metrics = metrics;
        this.authorizer = authorizer;
        this.scopes = authorizer == null ? null : new ScopeGate(authorizer);
        this.deadlines = new Deadlines<RequestClock>()
                .add(Reason.MESSAGE_SLOW, settings.timeouts().body(), RequestClock::body)
                .add(Reason.FIRST_MESSAGE_LATE, settings.timeouts().head(), RequestClock::head)
                .add(Reason.IDLE, clients.settings().timeouts().idle(), RequestClock::idle);
    }

    /** The settings of HTTP. */
    public HttpSettings settings() {
        return settings;
    }

    /** The clients of this event loop. */
    public ClientLoop clients() {
        return clients;
    }

    HeadCheck check() {
        return check;
    }

    BodyReader bodies() {
        return bodies;
    }

    Deadlines<RequestClock> deadlines() {
        return deadlines;
    }

    /** What clients may say whose tokens have scopes; null when authentication is off. */
    public @Nullable ScopeGate scopes() {
        return scopes;
    }

    /** Whoever is at the other end of a channel; null when authentication is off. */
    @Nullable
    Visitor visitor(Channel channel) {
        return authorizer == null
                ? null
                : authorizer.visitor(() -> Tls.clientCertificate(channel), channel.remoteAddress());
    }

    /** The value of {@code Date}, which each response has. */
    public AsciiString date() {
        return date.now();
    }

    /** Counts a response. */
    public void counted(int status) {
        responses
                .computeIfAbsent(
                        status,
                        code -> metrics.counter("trunkline.http.responses", Map.of("status", Integer.toString(code))))
                .increment();
    }

    /** Headers that every response has. */
    void addCommon(HttpHeaders headers, @Nullable String origin) {
        if (origin != null && check.readableBy(origin)) {
            headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
                    .set(
                            HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS,
                            "Mcp-Session-Id, Mcp-Protocol-Version, WWW-Authenticate")
                    .add(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
        }
    }
}
