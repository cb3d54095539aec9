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
record RequestHead(
        String method,
        Route route,
        String target,
        HttpHeaders headers,
        boolean keepAlive,
        boolean chunks,
        @Nullable Grant grant) {
    /** Names the session (MCP 2025-11-25, basic, transports, session management). */
    static final AsciiString SESSION = AsciiString.cached("mcp-session-id");

    /** Names the protocol version that was negotiated. */
    static final AsciiString VERSION = AsciiString.cached("mcp-protocol-version");

    static final AsciiString LAST_EVENT = AsciiString.cached("last-event-id");

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
    Owner owner() {
        return grant == null ? Owner.NOBODY : grant.owner();
    }

    boolean isPost() {
        return "POST".equals(method);
    }

    boolean isGet() {
        return "GET".equals(method);
    }

    boolean isHead() {
        return "HEAD".equals(method);
    }

    /** The protocol version that the head names, or null. */
    @Nullable
    String version() {
        return headers.get(VERSION);
    }

    /** Whether the head names a version whose messages belong to sessions. */
    boolean namesVersionWithSession() {
        String text = version();
        ProtocolVersion version = text == null ? null : ProtocolVersion.of(text);
        return version != null && !version.stateless();
    }

    /** Whether the head alone tells that the message is served without a session, whatever session it names. */
    boolean isStateless() {
        return route == Route.MCP && isPost() && version() != null && !namesVersionWithSession();
    }

    /** The session that the client names, or null. */
    @Nullable
    String session() {
        return headers.get(SESSION);
    }

    /** The event from which on the client wants to hear a stream again, or null. */
    @Nullable
    String lastEvent() {
        String event = headers.get(LAST_EVENT);
        return event == null || event.isEmpty() ? null : event;
    }

    @Nullable
    String origin() {
        return headers.get(HttpHeaderNames.ORIGIN);
    }

    /** Whether a stream may begin with an event that has an id and no message: only newer clients know it. */
    boolean knowsPriming() {
        String text = version();
        ProtocolVersion version = text == null ? null : ProtocolVersion.of(text);
        return version == ProtocolVersion.V2025_11_25;
    }

    /** What the client can read of an answer. */
    Accept.Form form() {
        return Accept.of(headers);
    }

    boolean acceptsGzip() {
        String accepted = headers.get(HttpHeaderNames.ACCEPT_ENCODING);
        return accepted != null && Accept.quality(accepted, "gzip") > 0;
    }
}
