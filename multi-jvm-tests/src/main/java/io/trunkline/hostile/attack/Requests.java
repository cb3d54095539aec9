package io.trunkline.hostile.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * The requests that attacks send, as lines and as HTTP; all stand for themselves (MCP 2026-07-28), so none needs a
 * session.
 */
public final class Requests {
    static final String META = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{}}";

    private Requests() {}

    /** A call as JSON; {@code arguments} is an object. */
    public static String call(int id, String tool, String arguments) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool
                + "\",\"arguments\":" + arguments + "," + META + "}}";
    }

    /** A call that is answered after a minute, with so many bytes that mean nothing. */
    static String longCall(int bytes) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"sleep\",\"arguments\":"
                + "{\"milliseconds\":60000}," + META.substring(0, META.length() - 1) + ",\"x/filling\":\""
                + "x".repeat(bytes) + "\"}}}";
    }

    /** A message of {@code method} for the tool of {@code name} as a POST. */
    public static byte[] post(String method, String name, String json) {
        return post(
                "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: " + method + "\r\n"
                        + (name.isEmpty() ? "" : "Mcp-Name: " + name + "\r\n"),
                json);
    }

    /** A POST with these further header lines. */
    static byte[] post(String headers, String json) {
        byte[] body = json.getBytes(US_ASCII);
        byte[] head = ("POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Accept: application/json, text/event-stream\r\n" + headers + "Content-Length: " + body.length
                        + "\r\n\r\n")
                .getBytes(US_ASCII);
        byte[] whole = new byte[head.length + body.length];
        System.arraycopy(head, 0, whole, 0, head.length);
        System.arraycopy(body, 0, whole, head.length, body.length);
        return whole;
    }
}
