package io.trunkline.balancer.http;

import io.trunkline.balancer.auth.Authorizer;
import org.jspecify.annotations.Nullable;

/** What is served under which path, and by which methods. */
public enum Route {
    /** Streamable HTTP (MCP 2025-11-25, basic, transports). */
    MCP("/mcp", "GET, POST, DELETE"),
    /** WebSocket, one JSON-RPC message in each text message. */
    WEB_SOCKET("/mcp/ws", "GET"),
    /** The stream of HTTP with SSE (MCP 2024-11-05, basic, transports), deprecated. */
    SSE("/mcp/sse", "GET"),
    /** Where clients of {@link #SSE} post their messages. */
    MESSAGES("/mcp/messages", "POST"),
    /**
     * What is said here to those who look for an authorization server (RFC 9728): at this path, or some path below it.
     */
    METADATA(Authorizer.METADATA, "GET, HEAD"),
    /** The server as a whole: what it can do at all is asked of it by OPTIONS (RFC 9110, section 9.3.7). */
    SERVER("*", "GET, HEAD, POST, DELETE, OPTIONS");

    private static final Route[] ALL = values();

    private final String path;
    private final String allow;

    Route(String path, String allow) {
        this.path = path;
        this.allow = allow;
    }

    /** The route of a request target in origin form, or null. */
    static @Nullable Route of(String target) {
        String path = pathOf(target);
        for (Route route : ALL) {
            if (route.isAt(path)) {
                return route;
            }
        }
        return path.startsWith(METADATA.path + "/") ? METADATA : null;
    }

    /** A slash at the end means nothing: proxies and people add it. */
    private boolean isAt(String asked) {
        int length = path.length();
        return asked.startsWith(path)
                && (asked.length() == length || (asked.length() == length + 1 && asked.charAt(length) == '/'));
    }

    /** A request target without its query. */
    public static String pathOf(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** The path, without a query. */
    public String path() {
        return path;
    }

    boolean takes(String method) {
        return switch (method) {
            case "GET" -> this != MESSAGES && this != SERVER;
            case "POST" -> this == MCP || this == MESSAGES;
            case "DELETE" -> this == MCP;
            case "HEAD" -> this == METADATA;
            case "OPTIONS" -> this == SERVER;
            default -> false;
        };
    }

    /** Whether everybody may ask, without saying who he is. */
    public boolean isOpen() {
        return this == METADATA || this == SERVER;
    }

    /** Whether a GET begins an event stream. */
    boolean streams() {
        return this == MCP || this == SSE;
    }

    /** The value of {@code Allow}. */
    public String allow() {
        return allow;
    }
}
