package io.trunkline.balancer.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.AsciiString;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything that is looked at before the body of a request is read. Thread-safe. */
public final class HeadCheck {
    private static final List<AsciiString> ONCE = List.of(
            RequestHead.SESSION,
            RequestHead.VERSION,
            RequestHead.LAST_EVENT,
            RequestHead.METHOD,
            RequestHead.NAME,
            HttpHeaderNames.CONTENT_LENGTH,
            HttpHeaderNames.CONTENT_TYPE,
            HttpHeaderNames.HOST,
            HttpHeaderNames.ORIGIN);

    private final HttpSettings settings;
    private final int messageLimit;
    private final AllowList hosts;
    private final AllowList origins;
    /** The last value of {@code Host} that is served: nearly always the next one, too. */
    private volatile @Nullable String servedHost;

    /**
     * Checks by these settings.
     *
     * @param messageLimit bytes of a body
     */
    public HeadCheck(HttpSettings settings, int messageLimit) {
        this.settings = settings;
        this.messageLimit = messageLimit;
        this.hosts = new AllowList(settings.hosts());
        this.origins = new AllowList(settings.origins());
    }

    /** Why the request is not served, or null when it may be. */
    @Nullable
    HttpRefusal check(HttpRequest request) {
        HttpRefusal refusal = form(request);
        if (refusal == null) {
            refusal = sender(request.headers());
        }
        return refusal == null ? served(request) : refusal;
    }

    /** Whether a page of this origin may read the answer. */
    boolean readableBy(@Nullable String origin) {
        return settings.cors() && origin != null && origins.allowsOrigin(origin);
    }

    /** Whether it is a question of a browser about what pages of another origin may do. */
    boolean isPreflight(HttpRequest request) {
        return settings.cors() && "OPTIONS".equals(request.method().name());
    }

    // --- is it one request, and the same one to everybody who reads it

    private @Nullable HttpRefusal form(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return undecoded(request.decoderResult().cause());
        }
        HttpVersion version = request.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return HttpRefusal.of(505, "version 1.1 of HTTP is spoken here");
        }
        HttpHeaders headers = request.headers();
        if (headers.size() > settings.head().count()) {
            return HttpRefusal.of(431, "more than " + settings.head().count() + " header lines");
        }
        String twice = twice(headers);
        if (twice != null) {
            return HttpRefusal.of(400, "more than one " + twice);
        }
        if (headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
            boolean chunked = codings.size() == 1 && "chunked".equalsIgnoreCase(codings.get(0));
            if (!chunked || version.equals(HttpVersion.HTTP_1_0) || headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
                return HttpRefusal.of(400, "the length of the body is not clear");
            }
        }
        return null;
    }

    /**
     * The first name that may stand there once and stands there again, or null. One walk, for it is done for each
     * request.
     */
    private static @Nullable String twice(HttpHeaders headers) {
        int seen = 0;
        for (Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence(); all.hasNext(); ) {
            CharSequence name = all.next().getKey();
            for (int i = 0; i < ONCE.size(); i++) {
                AsciiString once = ONCE.get(i);
                if (once.contentEqualsIgnoreCase(name)) {
                    if ((seen & 1 << i) != 0) {
                        return once.toString();
                    }
                    seen |= 1 << i;
                }
            }
        }
        return null;
    }

    static HttpRefusal undecoded(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return HttpRefusal.of(414, "the request line is too long");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return HttpRefusal.of(431, "the header lines take more than http.head-limit");
        }
        return HttpRefusal.of(400, "this is no HTTP request");
    }

    // --- may it be served to whoever sends it

    private @Nullable HttpRefusal sender(HttpHeaders headers) {
        String host = headers.get(HttpHeaderNames.HOST);
        if (host == null || !host.equals(servedHost)) {
            String name = host == null ? null : AllowList.nameOf(host);
            if (name == null) {
                return HttpRefusal.of(400, "Host names no host");
            }
            if (!hosts.allowsName(name)) {
                return HttpRefusal.of(403, "the Host is not served here");
            }
            servedHost = host;
        }
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        if (origin != null && !origins.allowsOrigin(origin)) {
            return HttpRefusal.of(403, "the Origin is not allowed");
        }
        return null;
    }

    // --- can it be served

    private @Nullable HttpRefusal served(HttpRequest request) {
        HttpHeaders headers = request.headers();
        String method = request.method().name();
        boolean asksServer = "*".equals(request.uri()) && "OPTIONS".equals(method);
        if (!request.uri().startsWith("/") && !asksServer) {
            return HttpRefusal.of(400, "the target is no path");
        }
        Route route = Route.of(request.uri());
        if (route == null) {
            return HttpRefusal.of(404, "nothing is served here");
        }
        if (isPreflight(request)) {
            return bodiless(headers);
        }
        if (!route.takes(method)) {
            return HttpRefusal.method(route.allow());
        }
        String expect = headers.get(HttpHeaderNames.EXPECT);
        if (expect != null && !"100-continue".equalsIgnoreCase(expect)) {
            return HttpRefusal.of(417, "the expectation is not known");
        }
        boolean posts = "POST".equals(method);
        HttpRefusal refusal = posts && route == Route.MCP ? null : version(headers.get(RequestHead.VERSION), route);
        if (refusal != null) {
            return refusal;
        }
        if (posts) {
            return posted(headers, route);
        }
        boolean listens = "GET".equals(method) && route.streams();
        if (listens && !Accept.allows(headers.getAll(HttpHeaderNames.ACCEPT), ContentType.EVENTS)) {
            return HttpRefusal.of(406, "the client must accept " + ContentType.EVENTS);
        }
        return bodiless(headers);
    }

    /** For what has no body to say more: a message that names an unknown version is answered by the endpoint. */
    private static @Nullable HttpRefusal version(@Nullable String text, Route route) {
        ProtocolVersion version = text == null ? null : ProtocolVersion.of(text);
        if (text != null && version == null) {
            return HttpRefusal.of(
                    400,
                    "the protocol version is not supported (supported: " + String.join(", ", ProtocolVersion.SUPPORTED)
                            + ")");
        }
        boolean sessionless = version != null && version.stateless() && route == Route.MCP;
        return sessionless ? HttpRefusal.method("POST") : null;
    }

    private @Nullable HttpRefusal posted(HttpHeaders headers, Route route) {
        if (headers.contains(HttpHeaderNames.CONTENT_ENCODING) && isCoded(headers)) {
            return HttpRefusal.coding("compressed bodies are not taken");
        }
        String type = headers.get(HttpHeaderNames.CONTENT_TYPE);
        if (type == null || !ContentType.isJson(type)) {
            return HttpRefusal.of(415, "the body must be " + ContentType.JSON);
        }
        String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        if (length == null && !headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            return HttpRefusal.of(411, "the request has no body");
        }
        if (length != null && Long.parseLong(length) > messageLimit) {
            return tooLarge();
        }
        if (route == Route.MCP && Accept.of(headers) == Accept.Form.NEITHER) {
            return HttpRefusal.of(406, "the client must accept " + ContentType.JSON + " and " + ContentType.EVENTS);
        }
        return null;
    }

    /** Whether some line names another coding than none: each of them counts (RFC 9110, section 8.4). */
    private static boolean isCoded(HttpHeaders headers) {
        return headers.getAll(HttpHeaderNames.CONTENT_ENCODING).stream()
                .flatMap(line -> Arrays.stream(line.split(",")))
                .map(String::trim)
                .anyMatch(coding -> !coding.isEmpty() && !coding.equalsIgnoreCase("identity"));
    }

    private static @Nullable HttpRefusal bodiless(HttpHeaders headers) {
        String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        boolean hasBody =
                headers.contains(HttpHeaderNames.TRANSFER_ENCODING) || (length != null && !"0".equals(length));
        return hasBody ? HttpRefusal.of(400, "a body is not expected here") : null;
    }

    HttpRefusal tooLarge() {
        return HttpRefusal.of(413, "the message is larger than " + messageLimit + " bytes");
    }
}
