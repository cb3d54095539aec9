package io.trunkline.balancer.http;

import org.jspecify.annotations.Nullable;

/** What is served under which path, and by which methods. */
enum Route {
    /** Streamable HTTP (MCP 2025-11-25, basic, transports). */
    MCP("/mcp", "GET, POST, DELETE"),
    /** WebSocket, one JSON-RPC message in each text message. */
    WEB_SOCKET("/mcp/ws", "GET"),
    /** The stream of HTTP with SSE (MCP 2024-11-05, basic, transports), deprecated. */
    SSE("/mcp/sse", "GET"),
    /** Where clients of {@link #SSE} post their messages. */
    MESSAGES("/mcp/messages", "POST");

    private final String path;
    private final String allow;

    Route(String path, String allow) {
        this.path = path;
        this.allow = allow;
    }

    /** The route of a request target in origin form, or null. */
    static @Nullable Route of(String target) {
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        for (Route route : values()) {
            if (route.path.equals(path)) {
                return route;
            }
        }
        return null;
    }

    /** The path, without a query. */
    String path() {
        return path;
    }

    boolean takes(String method) {
        return switch (method) {
            case "GET" -> this != MESSAGES;
            case "POST" -> this == MCP || this == MESSAGES;
            case "DELETE" -> this == MCP;
            default -> false;
        };
    }

    /** The value of {@code Allow}. */
    String allow() {
        return allow;
    }
}
