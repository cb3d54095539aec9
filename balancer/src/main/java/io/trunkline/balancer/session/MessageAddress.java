package io.trunkline.balancer.session;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.trunkline.balancer.http.RequestHead;
import io.trunkline.balancer.http.Route;
import java.util.List;

/** Where clients of HTTP with SSE post what they say (MCP 2024-11-05, basic, transports). */
final class MessageAddress {
    /**
     * What the names of HTTP clients begin with that some SDKs use which resolve the endpoint against their base
     * address instead of the address of the stream: those of the MCP Java SDK, over the JDK's client and over
     * Reactor's.
     */
    private static final List<String> RESOLVE_FROM_ROOT = List.of("Java-http-client/", "ReactorNetty/");

    private MessageAddress() {}

    /**
     * Where messages for a session go, as a reference to be resolved against the address of its stream: so it holds
     * behind a proxy that serves this under another path, too (RFC 3986, section 5.2).
     */
    static String of(RequestHead head, String id) {
        String name = head.headers().get(HttpHeaderNames.USER_AGENT, "");
        String path = Route.MESSAGES.path();
        if (RESOLVE_FROM_ROOT.stream().noneMatch(name::startsWith)) {
            boolean below = Route.pathOf(head.target()).endsWith("/");
            path = (below ? ".." : "") + path.substring(path.lastIndexOf('/') + (below ? 0 : 1));
        }
        return path + "?" + RequestHead.SESSION_PARAMETER + "=" + id;
    }
}
