package io.trunkline.node.mcp.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.spi.ToolException;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.util.List;

/** What a client can be asked, by its version and by the capabilities that it declares. */
public final class ClientFeatures {

    /** The name of the extension for tasks among the capabilities of clients and servers (SEP-2663). */
    public static final String TASKS = "io.modelcontextprotocol/tasks";

    private final ProtocolVersion version;
    private final JsonNode capabilities;

    private ClientFeatures(ProtocolVersion version, JsonNode capabilities) {
        this.version = version;
        this.capabilities = capabilities;
    }

    public static ClientFeatures of(ProtocolVersion version, JsonNode capabilities) {
        return new ClientFeatures(version, capabilities);
    }

    public ProtocolVersion version() {
        return version;
    }

    /** All that it declared. */
    public ObjectNode capabilities() {
        return capabilities instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
    }

    boolean forms() {
        JsonNode elicitation = capabilities.path("elicitation");
        // Without a mode it means forms, as in 2025-06-18.
        return version.knowsElicitation()
                && elicitation.isObject()
                && (elicitation.has("form") || !elicitation.has("url"));
    }

    public boolean urls() {
        return version.knowsElicitationModes()
                && capabilities.path("elicitation").path("url").isObject();
    }

    boolean sampling() {
        return capabilities.path("sampling").isObject();
    }

    boolean samplingWithTools() {
        return version.knowsSamplingTools()
                && capabilities.path("sampling").path("tools").isObject();
    }

    /** Before 2025-11-25 there was nothing to declare for it. */
    boolean samplingWithContext() {
        return !version.knowsSamplingTools()
                || capabilities.path("sampling").path("context").isObject();
    }

    public boolean roots() {
        return capabilities.path("roots").isObject();
    }

    /** Refuses a request of a client that has not declared the extension of tasks. */
    public void requireTasks() throws RpcFault {
        if (!tasks()) {
            throw RpcFault.missingCapability(new MissingCapabilityException("tasks", List.of("extensions", TASKS)));
        }
    }

    /** With a session there are none. */
    public boolean tasks() {
        return version.stateless()
                && capabilities.path("extensions").path(TASKS).isObject();
    }

    /**
     * Fails unless the client can do something.
     *
     * @param capability the names that lead to it among the client's capabilities
     */
    public static void require(boolean can, String what, String... capability) throws ToolException {
        if (!can) {
            throw new MissingCapabilityException(what, List.of(capability));
        }
    }
}
