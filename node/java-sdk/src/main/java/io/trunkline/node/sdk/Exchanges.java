package io.trunkline.node.sdk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpAsyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema.ClientCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Implementation;
import io.trunkline.node.spi.Call;
import io.trunkline.node.spi.Client;
import io.trunkline.node.spi.SessionInfo;
import java.util.Map;

/** What the SDK's handlers see of a call: the session, its client, and a way to ask it. */
final class Exchanges {

    private Exchanges() {}

    static McpAsyncServerExchange of(Call call) {
        SessionInfo info = call.session().info();
        Client client = call.client();
        return new McpAsyncServerExchange(
                info.id(),
                new CallSession(call),
                capabilities(client),
                implementation(client),
                McpTransportContext.create(
                        Map.of("transport", info.transport(), "remoteAddress", info.remoteAddress())));
    }

    /** Those that the SDK can read; a client that writes them in another way can do nothing. */
    private static ClientCapabilities capabilities(Client client) {
        try {
            return Json.read(client.capabilities(), ClientCapabilities.class);
        } catch (IllegalArgumentException e) {
            return ClientCapabilities.builder().build();
        }
    }

    private static Implementation implementation(Client client) {
        ObjectNode json = Json.object().put("name", client.name()).put("version", client.version());
        if (!client.title().isEmpty()) {
            json.put("title", client.title());
        }
        return Json.read(json, Implementation.class);
    }
}
