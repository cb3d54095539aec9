package io.trunkline.balancer.stateless;

import io.trunkline.balancer.http.Posted;
import io.trunkline.balancer.http.RequestHead;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.jsonrpc.Methods;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import org.jspecify.annotations.Nullable;

/**
 * What is looked at before a request without a session goes to a node: whether it is a message, and whether its head
 * says what its body says (MCP 2026-07-28, basic, transports, server validation).
 */
final class StatelessCheck {
    private StatelessCheck() {}

    /** Why the message is not passed on, or null when it may be. Of a notification only the version is looked at. */
    static @Nullable StatelessRefusal check(RequestHead head, Envelope message) {
        StatelessRefusal refusal = form(message);
        if (refusal == null) {
            refusal = version(head.version(), message.version());
        }
        if (refusal != null || message.kind() == Envelope.Kind.NOTIFICATION) {
            return refusal;
        }
        if (message.version() == null || !message.declaresCapabilities()) {
            return StatelessRefusal.of(
                    ErrorCode.INVALID_PARAMS, "\"_meta\" does not declare the protocol version and the capabilities");
        }
        refusal = method(head.headers().get(RequestHead.METHOD), message.method());
        return refusal == null && hasName(message.method())
                ? name(head.headers().get(RequestHead.NAME), message.target())
                : refusal;
    }

    private static @Nullable StatelessRefusal form(Envelope message) {
        return switch (message.kind()) {
            case UNREADABLE -> StatelessRefusal.of(ErrorCode.PARSE_ERROR, message.problem());
            case INVALID -> StatelessRefusal.of(ErrorCode.INVALID_REQUEST, message.problem());
            case BATCH, RESPONSE ->
                StatelessRefusal.of(ErrorCode.INVALID_REQUEST, "the body must be one request or notification");
            case REQUEST, NOTIFICATION ->
                message.hasEdgeMember() ? StatelessRefusal.of(ErrorCode.INVALID_REQUEST, Posted.FORGED) : null;
        };
    }

    /** A head and a body that differ are refused as such even if neither names a version that is spoken here. */
    private static @Nullable StatelessRefusal version(@Nullable String inHead, @Nullable String inBody) {
        if (inHead == null) {
            return StatelessRefusal.mismatch("MCP-Protocol-Version is missing");
        }
        if (inBody != null && !inBody.equals(inHead)) {
            return StatelessRefusal.mismatch("MCP-Protocol-Version is not the version that the body declares");
        }
        return ProtocolVersion.of(inHead) == null ? StatelessRefusal.version(inHead) : null;
    }

    private static @Nullable StatelessRefusal method(@Nullable String inHead, String inBody) {
        if (inHead == null) {
            return StatelessRefusal.mismatch("Mcp-Method is missing");
        }
        return inHead.equals(inBody) ? null : StatelessRefusal.mismatch("Mcp-Method is not the method of the body");
    }

    /** A body that names nothing is the node's to refuse, unless the head names something. */
    private static @Nullable StatelessRefusal name(@Nullable String inHead, @Nullable String inBody) {
        if (inHead == null) {
            return inBody == null ? null : StatelessRefusal.mismatch("Mcp-Name is missing");
        }
        String name = HeaderValue.decode(inHead);
        if (name == null) {
            return StatelessRefusal.mismatch("Mcp-Name cannot be decoded");
        }
        return name.equals(inBody) ? null : StatelessRefusal.mismatch("Mcp-Name is not what the body names");
    }

    /**
     * Whether requests of this method have to carry {@link RequestHead#NAME}; those for tasks because their extension
     * says so.
     */
    private static boolean hasName(String method) {
        return switch (method) {
            case Methods.TOOLS_CALL,
                    Methods.PROMPTS_GET,
                    Methods.RESOURCES_READ,
                    Methods.TASKS_GET,
                    Methods.TASKS_UPDATE,
                    Methods.TASKS_CANCEL -> true;
            default -> false;
        };
    }
}
