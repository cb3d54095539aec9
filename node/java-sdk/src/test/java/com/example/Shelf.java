package com.example;

import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceSpecification;
import io.modelcontextprotocol.server.McpStatelessServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceResult;
import io.modelcontextprotocol.spec.McpSchema.Resource;
import io.modelcontextprotocol.spec.McpSchema.ResourcesUpdatedNotification;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.trunkline.node.sdk.SdkModule;
import io.trunkline.node.sdk.SdkServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A tool for the Java SDK's stateless servers that puts resources on its node while it runs, and changes them. */
public final class Shelf implements SdkModule {

    private static final Map<String, Object> BOOK = Map.of(
            "type", "object",
            "required", List.of("title"),
            "properties", Map.of("title", Map.of("type", "string", "pattern", "^[a-z]{1,20}$")));

    private final Map<String, Integer> copies = new ConcurrentHashMap<>();

    @Override
    public void register(SdkServer server) {
        server.capabilities(ServerCapabilities.builder().resources(true, true).build());
        server.addTool(SyncToolSpecification.builder()
                .tool(Tool.builder("shelve", BOOK)
                        .description("Puts a book on the shelf.")
                        .build())
                .callHandler((context, request) -> shelve(server, context, request))
                .build());
    }

    private CallToolResult shelve(SdkServer server, McpTransportContext context, CallToolRequest request) {
        String uri = "shelf://books/" + request.arguments().get("title");
        int now = copies.merge(uri, 1, Integer::sum);
        if (now == 1) {
            server.addResource(new SyncResourceSpecification(
                    Resource.builder(uri, uri).build(), (exchange, read) -> contents(uri)));
        } else {
            server.notifyResourcesUpdated(new ResourcesUpdatedNotification(uri));
        }
        return CallToolResult.builder()
                .addTextContent(uri + " over " + context.get("transport"))
                .build();
    }

    private ReadResourceResult contents(String uri) {
        return ReadResourceResult.builder(List.of(TextResourceContents.builder(uri, copies.get(uri) + " copies")
                        .build()))
                .build();
    }
}
