package io.trunkline.node.mcp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.spi.UrlElicitation;
import io.trunkline.node.spi.UrlElicitationRequiredException;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.jsonrpc.Messages;
import org.jspecify.annotations.Nullable;

/** The reason why a request is answered with an error; its message goes to the client. */
final class RpcFault extends Exception {

    private static final long serialVersionUID = 1;

    private final int code;
    private final transient @Nullable ObjectNode data;

    RpcFault(int code, String message) {
        this(code, message, null);
    }

    /**
     * @param data for programs; null for none
     */
    RpcFault(int code, String message, @Nullable ObjectNode data) {
        // An ordinary outcome of a client's mistake, so without the cost of a stack trace.
        super(message, null, false, false);
        this.code = code;
        this.data = data;
    }

    static RpcFault invalidParams(String message) {
        return new RpcFault(ErrorCode.INVALID_PARAMS, message);
    }

    /** There is no resource with this URI. */
    static RpcFault notFound(String uri, String message) {
        return new RpcFault(
                ErrorCode.RESOURCE_NOT_FOUND,
                message,
                JsonNodeFactory.instance.objectNode().put("uri", Messages.wellFormed(uri)));
    }

    /** The user has to be somewhere first. */
    static RpcFault urlElicitationRequired(UrlElicitationRequiredException required) {
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

    int code() {
        return code;
    }

    /** For programs; null for none. */
    @Nullable
    ObjectNode data() {
        return data;
    }

    /** The client's message. */
    String text() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
