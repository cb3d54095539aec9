package io.trunkline.balancer.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import io.trunkline.balancer.auth.Grant;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import io.trunkline.protocol.session.Owner;
import org.jspecify.annotations.Nullable;

/**
 * What is served of a request, once {@link HeadCheck} has let it pass.
 *
 * @param target path and query
 * @param keepAlive whether the connection may take another request afterwards
 * @param chunks whether the client can read an answer in chunks, which HTTP/1.0 cannot
 * @param grant who asks; null when nobody is asked who he is, and for what another balancer has passed on
 */
public record RequestHead(
        String method,
        Route route,
        String target,
        HttpHeaders headers,
        boolean keepAlive,
        boolean chunks,
        @Nullable Grant grant) {
    /** Names the session (MCP 2025-11-25, basic, transports, session management). */
    public static final AsciiString SESSION = AsciiString.cached("mcp-session-id");

    /** Names the session of a message for HTTP with SSE, in the query of the target. */
    public static final String SESSION_PARAMETER = "sessionId";

    /** Names the protocol version that was negotiated. */
    public static final AsciiString VERSION = AsciiString.cached("mcp-protocol-version");

    /** Names the method of a request without a session (MCP 2026-07-28, basic, transports). */
    public static final AsciiString METHOD = AsciiString.cached("mcp-method");

    /** Names the tool, prompt, resource or task of a request without a session. */
    public static final AsciiString NAME = AsciiString.cached("mcp-name");

    public static final AsciiString LAST_EVENT = AsciiString.cached("last-event-id");

    static RequestHead of(HttpRequest request, Route route, @Nullable Grant grant) {
        boolean chunks = request.protocolVersion().equals(HttpVersion.HTTP_1_1);
        return new RequestHead(
                request.method().name(),
                route,
                request.uri(),
                request.headers(),
                chunks && HttpUtil.isKeepAlive(request),
                chunks,
                grant);
    }

    /** Whose request it is. */
    public Owner owner() {
        return grant == null ? Owner.NOBODY : grant.owner();
    }

    public boolean isPost() {
        return "POST".equals(method);
    }

    public boolean isGet() {
        return "GET".equals(method);
    }

    boolean isHead() {
        return "HEAD".equals(method);
    }

    /** The protocol version that the head names, or null. */
    @Nullable
    public String version() {
        return headers.get(VERSION);
    }

    /** Whether the head names a version whose messages belong to sessions. */
    public boolean namesVersionWithSession() {
        String text = version();
        ProtocolVersion version = text == null ? null : ProtocolVersion.of(text);
        return version != null && !version.stateless();
    }

    /** Whether the head alone tells that the message is served without a session, whatever session it names. */
    public boolean isStateless() {
        return route == Route.MCP && isPost() && version() != null && !namesVersionWithSession();
    }

    /** The session that the client names, or null. */
    @Nullable
    public String session() {
        return headers.get(SESSION);
    }

    /**
     * The session that the request is for: named by the head, or for {@link Route#MESSAGES} by the target; null or
     * empty when there is none.
     */
    public @Nullable String namedSession() {
        return route == Route.MESSAGES ? RequestTarget.parameter(target, SESSION_PARAMETER) : session();
    }

    /** The event from which on the client wants to hear a stream again, or null. */
    @Nullable
    public String lastEvent() {
        String event = headers.get(LAST_EVENT);
        return event == null || event.isEmpty() ? null : event;
    }

    @Nullable
    public String origin() {
        return headers.get(HttpHeaderNames.ORIGIN);
    }

    /** Whether a stream may begin with an event that has an id and no message: only newer clients know it. */
    public boolean knowsPriming() {
        String text = version();
        ProtocolVersion version = text == null ? null : ProtocolVersion.of(text);
        return version == ProtocolVersion.V2025_11_25;
    }

    /** What the client can read of an answer. */
    public Accept.Form form() {
        return Accept.of(headers);
    }

    boolean acceptsGzip() {
        String accepted = headers.get(HttpHeaderNames.ACCEPT_ENCODING);
        return accepted != null && Accept.quality(accepted, "gzip") > 0;
    }
}
