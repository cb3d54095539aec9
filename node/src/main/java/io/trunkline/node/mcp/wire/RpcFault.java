package io.trunkline.node.mcp.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.spi.UrlElicitation;
import io.trunkline.node.spi.UrlElicitationRequiredException;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import org.jspecify.annotations.Nullable;

/** The reason why a request is answered with an error; its message goes to the client. */
public final class RpcFault extends Exception {

    private static final long serialVersionUID = 1;

    private final int code;
    private final transient @Nullable JsonNode data;

    public RpcFault(int code, String message) {
        this(code, message, null);
    }

    /**
     * @param data for programs; null for none
     */
    public RpcFault(int code, String message, @Nullable JsonNode data) {
        // An ordinary outcome of a client's mistake, so without the cost of a stack trace.
        super(message, null, false, false);
        this.code = code;
        this.data = data;
    }

    public static RpcFault invalidParams(String message) {
        return new RpcFault(ErrorCode.INVALID_PARAMS, message);
    }

    /** There is no resource with this URI. */
    public static RpcFault notFound(String uri, String message) {
        return new RpcFault(
                ErrorCode.RESOURCE_NOT_FOUND,
                message,
                JsonNodeFactory.instance.objectNode().put("uri", Messages.wellFormed(uri)));
    }

    /** The user has to be somewhere first. */
    public static RpcFault urlElicitationRequired(UrlElicitationRequiredException required) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode elicitations = data.putArray("elicitations");
        for (UrlElicitation visit : required.elicitations()) {
            elicitations
                    .addObject()
                    .put("mode", "url")
                    .put("elicitationId", visit.id())
                    .put("url", visit.url())
                    .put("message", Messages.wellFormed(visit.message()));
        }
        String message = required.getMessage();
        return new RpcFault(
                ErrorCode.URL_ELICITATION_REQUIRED, message == null ? "Visit these URLs first" : message, data);
    }

    /** The client would have to declare something that it has not. */
    public static RpcFault missingCapability(MissingCapabilityException missing) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.set("requiredCapabilities", missing.required());
        String message = missing.getMessage();
        return new RpcFault(ErrorCode.MISSING_CAPABILITY, message == null ? "A capability is missing" : message, data);
    }

    /** The version that a request declares is not spoken here, or only with a session. */
    public static RpcFault unsupportedVersion(String requested) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode supported = data.putArray("supported");
        ProtocolVersion.SUPPORTED.forEach(supported::add);
        data.put("requested", Messages.wellFormed(shortened(requested)));
        return new RpcFault(ErrorCode.UNSUPPORTED_VERSION, "Unsupported protocol version", data);
    }

    /** A text of a client's as it may stand in an error. */
    public static String shortened(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "...";
    }

    public int code() {
        return code;
    }

    /** For programs; null for none. */
    @Nullable
    public JsonNode data() {
        return data;
    }

    /** The client's message. */
    public String text() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
