package io.trunkline.load.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** HTTP requests to the MCP endpoint of a server, as bytes. Source: MCP 2025-06-18, basic/transports. */
final class HttpText {
    private static final String PATH = "/mcp";

    private final String host;

    /** @param port named in the header {@code Host} with the host, which for IPv6 goes into brackets */
    HttpText(String host, int port) {
        this.host = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** The request that begins a session: it belongs to none yet. */
    byte[] first(String body) {
        return (head("POST") + ofBody(body.length()) + "\r\n" + body).getBytes(US_ASCII);
    }

    /** A further message of a session. */
    byte[] post(String session, String body) {
        return (headOfPost(session) + ofBody(body.length()) + "\r\n" + body).getBytes(US_ASCII);
    }

    /** Asks for the event stream of a session. */
    byte[] get(String session) {
        return (head("GET") + ofSession(session) + "Accept: text/event-stream\r\n\r\n").getBytes(US_ASCII);
    }

    /** The part of {@link #post} that ends with the session's id and the end of its line. */
    String headOfPost(String session) {
        return head("POST") + ofSession(session);
    }

    /** Headers that tell of the body. */
    static String ofBody(int length) {
        return "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\nContent-Length: "
                + length + "\r\n";
    }

    private String head(String method) {
        return method + " " + PATH + " HTTP/1.1\r\nHost: " + host + "\r\n";
    }

    private static String ofSession(String session) {
        return "Mcp-Protocol-Version: " + Handshake.VERSION + "\r\nMcp-Session-Id: " + session + "\r\n";
    }
}
