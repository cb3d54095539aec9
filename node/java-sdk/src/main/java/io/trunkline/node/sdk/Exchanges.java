package io.trunkline.node.sdk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpAsyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema.ClientCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Implementation;
import io.trunkline.node.spi.Call;
import io.trunkline.node.spi.Client;
import io.trunkline.node.spi.Principal;
import io.trunkline.node.spi.SessionInfo;
import java.util.Map;

/** What the SDK's handlers see of a call: the session, its client, and a way to ask it. */
final class Exchanges {

    private Exchanges() {}

    static McpAsyncServerExchange of(Call call, Visitors visitors) {
        Client client = call.client();
        return new McpAsyncServerExchange(
                call.session().info().id(),
                new CallSession(call, visitors),
                capabilities(client),
                implementation(client),
                transport(call));
    }

    /** What a handler may know of where its request came from: docs/TOOLS.md names the keys. */
    private static McpTransportContext transport(Call call) {
        SessionInfo info = call.session().info();
        Principal principal = call.principal();
        return McpTransportContext.create(Map.of(
                "sessionId", info.id(),
                "node", info.node(),
                "transport", info.transport(),
                "remoteAddress", info.remoteAddress(),
                "principal", principal.id(),
                "principalName", principal.name(),
                "principalIssuer", principal.issuer()));
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
