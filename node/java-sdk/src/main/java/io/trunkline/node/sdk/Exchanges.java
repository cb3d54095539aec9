package io.trunkline.node.sdk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.modern.server.McpHeaders;
import io.modelcontextprotocol.server.McpAsyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema.ClientCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Implementation;
import io.trunkline.node.spi.Call;
import io.trunkline.node.spi.Client;
import io.trunkline.node.spi.Principal;
import io.trunkline.node.spi.SessionInfo;
import java.util.HashMap;
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

    /** The same for handlers of MCP 2026-07-28. The node has checked the headers that repeat arguments. */
    static McpTransportContext modern(Call call) {
        Map<String, Object> context = new HashMap<>(place(call));
        context.put(McpHeaders.TRANSPORT_CONTEXT_KEY, McpHeaders.NOT_MIRRORED);
        return McpTransportContext.create(context);
    }

    private static McpTransportContext transport(Call call) {
        return McpTransportContext.create(place(call));
    }

    /** What a handler may know of where its request came from: docs/TOOLS.md names the keys. */
    private static Map<String, Object> place(Call call) {
        SessionInfo info = call.session().info();
        Principal principal = call.principal();
        return Map.of(
                "sessionId", info.id(),
                "node", info.node(),
                "transport", info.transport(),
                "remoteAddress", info.remoteAddress(),
                "principal", principal.id(),
                "principalName", principal.name(),
                "principalIssuer", principal.issuer());
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
        return Json.read(info(client), Implementation.class);
    }

    /** The program that asks. */
    static ObjectNode info(Client client) {
        ObjectNode json = Json.object().put("name", client.name()).put("version", client.version());
        if (!client.title().isEmpty()) {
            json.put("title", client.title());
        }
        return json;
    }
}
