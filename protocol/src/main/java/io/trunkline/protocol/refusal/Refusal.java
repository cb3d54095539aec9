package io.trunkline.protocol.refusal;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A refusal in full: the reason and, for people, what exactly was wrong.
 *
 * @param detail may be empty; must not hold anything secret, for the client reads it
 */
public record Refusal(Reason reason, String detail) {
    /** What is known about the execution of a request that gets an error for an answer. */
    public enum Executed {
        /** No node has had the whole of it. */
        NO,
        /** A node had it and was lost, or stopped it, before it answered. */
        UNKNOWN;

        /** What {@code error.data.executed} says. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A refusal that needs no further words. */
    public static Refusal of(Reason reason) {
        return new Refusal(reason, "");
    }

    /**
     * The JSON-RPC error answer for one request, without a line end (JSON-RPC 2.0, section 5). Its data says whether
     * the request may have been executed, so that the client knows whether it may ask again.
     *
     * @param id the request's id as JSON text
     * @param node the name of the node that had the session last; empty when none had
     * @param executed whether the request may have been executed
     */
    public byte[] toJsonRpc(String id, String node, Executed executed) {
        return toJsonRpc(id, node, executed, executed == Executed.UNKNOWN ? 1 : 0);
    }

    /**
     * The same for a request that may have been sent more than once.
     *
     * @param attempts how many nodes had the whole of it and did not answer; said unless it is 0
     */
    public byte[] toJsonRpc(String id, String node, Executed executed, int attempts) {
        String named = node.isEmpty() ? "" : ",\"node\":\"" + escape(node) + "\"";
        String tried = attempts == 0 ? "" : ",\"attempts\":" + attempts;
        return toJsonRpc(id, named + ",\"executed\":\"" + executed.label() + "\"" + tried);
    }

    private byte[] toJsonRpc(String id, String extraData) {
        String message = detail.isEmpty() ? reason.text() : reason.text() + ": " + detail;
        return ("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":{\"code\":" + reason.jsonRpcCode() + ",\"message\":\""
                        + escape(message) + "\",\"data\":{\"reason\":\"" + reason.label() + "\",\"source\":\""
                        + reason.source().name().toLowerCase(Locale.ROOT) + "\",\"retryable\":" + reason.retryable()
                        + extraData + "}}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The answer with nothing known but the reason. */
    public byte[] toJsonRpc() {
        return toJsonRpc("null", "");
    }

    /** The text as the inside of a JSON string (RFC 8259, section 7). */
    public static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 8);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                escaped.append('\\').append(c);
            } else if (c < 0x20) {
                escaped.append(String.format("\\u%04x", (int) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
