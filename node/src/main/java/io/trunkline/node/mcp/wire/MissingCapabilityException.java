package io.trunkline.node.mcp.wire;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.spi.ToolException;
import java.util.List;

/** The client has not declared that it can do what a handler asks of it. */
public final class MissingCapabilityException extends ToolException {

    private static final long serialVersionUID = 1;

    private final transient List<String> path;

    /**
     * @param what in words
     * @param path the names that lead to it in the client's capabilities
     */
    MissingCapabilityException(String what, List<String> path) {
        super("The client does not support " + what);
        this.path = path;
    }

    /** What the client would have to declare. */
    ObjectNode required() {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        ObjectNode at = all;
        for (String name : path) {
            at = at.putObject(name);
        }
        return all;
    }
}
