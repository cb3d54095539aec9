package io.trunkline.node.spi;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * The request is answered with this JSON-RPC error, that of a tool, too. Models do not see such errors: for what a
 * model is to read throw a plain {@link ToolException}.
 */
public class RpcException extends ToolException {

    private static final long serialVersionUID = 1;

    private final int code;
    private final transient @Nullable JsonNode data;

    /**
     * @param code of JSON-RPC or of MCP, such as -32603
     * @param data for programs; null for none
     * @param cause goes to the node's log and not to the client; null for none
     */
    public RpcException(int code, String message, @Nullable JsonNode data, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.data = data;
    }

    public int code() {
        return code;
    }

    /** For programs; null for none. */
    public @Nullable JsonNode data() {
        return data;
    }
}
