package io.trunkline.load.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.trunkline.load.plan.RequestLine;

/**
 * HTTP requests to the MCP endpoint of a server, as bytes. Source: MCP 2025-06-18 and, without sessions, 2026-07-28,
 * basic/transports.
 */
public final class HttpText {
    private static final String PATH = "/mcp";

    private final String host;

    /** @param port named in the header {@code Host} with the host, which for IPv6 goes into brackets */
    public HttpText(String host, int port) {
        this.host = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** The request that begins a session: it belongs to none yet. */
    public byte[] first(String body) {
        return whole(head("POST"), body);
    }

    /** A further message of a session. */
    public byte[] post(String session, String body) {
        return whole(headOfPost(session), body);
    }

    /**
     * A request that belongs to no session.
     *
     * @param name what the method is about, a tool for example; empty for nothing
     */
    public byte[] stateless(String method, String name, String body) {
        return whole(headOfStateless(method, name), body);
    }

    /** Asks for the event stream of a session. */
    public byte[] get(String session) {
        return (head("GET") + ofSession(session) + "Accept: text/event-stream\r\n\r\n").getBytes(US_ASCII);
    }

    /** The part of {@link #post} that ends with the session's id and the end of its line. */
    String headOfPost(String session) {
        return head("POST") + ofSession(session);
    }

    /** The part of {@link #stateless} before the headers that tell of the body. */
    String headOfStateless(String method, String name) {
        return head("POST") + "MCP-Protocol-Version: " + RequestLine.STATELESS_VERSION + "\r\nMcp-Method: " + method
                + "\r\n" + (name.isEmpty() ? "" : "Mcp-Name: " + name + "\r\n");
    }

    /** Headers that tell of the body. */
    static String ofBody(int length) {
        return "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\nContent-Length: "
                + length + "\r\n";
    }

    private static byte[] whole(String head, String body) {
        return (head + ofBody(body.length()) + "\r\n" + body).getBytes(US_ASCII);
    }

    private String head(String method) {
        return method + " " + PATH + " HTTP/1.1\r\nHost: " + host + "\r\n";
    }

    private static String ofSession(String session) {
        return "Mcp-Protocol-Version: " + Handshake.VERSION + "\r\nMcp-Session-Id: " + session + "\r\n";
    }
}
