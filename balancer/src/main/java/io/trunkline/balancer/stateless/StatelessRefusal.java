package io.trunkline.balancer.stateless;

import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import io.trunkline.protocol.refusal.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * A request without a session that is not passed on to a node: its status, and the JSON-RPC error that is its body.
 *
 * @param status RFC 9110, section 15
 * @param code see {@link ErrorCode}
 * @param text for people; the client reads it
 * @param data for programs, a JSON text; empty for none
 */
public record StatelessRefusal(int status, int code, String text, String data) {
    /** The versions that are spoken here, as a JSON array. */
    private static final String SUPPORTED = ProtocolVersion.SUPPORTED.stream()
            .map(version -> '"' + version + '"')
            .collect(Collectors.joining(",", "[", "]"));

    public static StatelessRefusal of(int code, String text) {
        return new StatelessRefusal(400, code, text, "");
    }

    /** The head does not say what the body says. */
    public static StatelessRefusal mismatch(String text) {
        return of(ErrorCode.HEADER_MISMATCH, text);
    }

    /** The version is not spoken here (MCP 2026-07-28, basic, versioning). */
    public static StatelessRefusal version(String requested) {
        String data = "{\"supported\":" + SUPPORTED + ",\"requested\":\"" + Refusal.escape(requested) + "\"}";
        return new StatelessRefusal(400, ErrorCode.UNSUPPORTED_VERSION, "the protocol version is not supported", data);
    }

    /** The body. It has no id when the message has none: the schema of 2026-07-28 does not allow {@code null}. */
    public byte[] body(Envelope message) {
        String id = message.hasId() ? "\"id\":" + new String(message.id(), StandardCharsets.UTF_8) + "," : "";
        String more = data.isEmpty() ? "" : ",\"data\":" + data;
        return ("{\"jsonrpc\":\"2.0\"," + id + "\"error\":{\"code\":" + code + ",\"message\":\"" + Refusal.escape(text)
                        + "\"" + more + "}}")
                .getBytes(StandardCharsets.UTF_8);
    }
}
