package io.trunkline.protocol.session;

/** How clients reach their session, as frames, logs and tools name it. */
public final class Transport {
    /** Newline-delimited JSON-RPC. */
    public static final String TCP = "tcp";

    /** WebSocket. */
    public static final String WEB_SOCKET = "ws";

    /** Streamable HTTP. */
    public static final String HTTP = "http";

    /** Requests over HTTP that need no session (MCP 2026-07-28). */
    public static final String HTTP_STATELESS = "http-stateless";

    /** HTTP with SSE (MCP 2024-11-05). */
    public static final String SSE = "sse";

    private Transport() {}

    /**
     * Whether a session does not end with the balancer through which it was opened: its client has an id to come back
     * with, through any other.
     */
    public static boolean roams(String transport) {
        return HTTP.equals(transport);
    }
}
