package com.example;

import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ElicitFormRequest;
import io.modelcontextprotocol.spec.McpSchema.ElicitResult;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.trunkline.node.sdk.SdkModule;
import io.trunkline.node.sdk.SdkServer;
import java.util.List;
import java.util.Map;

/** A tool of the Java SDK, and the one method that brings it onto the nodes. */
public final class Booking implements SdkModule {

    private static final Map<String, Object> CITY = Map.of(
            "type", "object",
            "required", List.of("city"),
            "properties", Map.of("city", Map.of("type", "string", "maxLength", 100)));

    private static final Map<String, Object> NIGHTS = Map.of(
            "type", "object",
            "required", List.of("nights"),
            "properties", Map.of("nights", Map.of("type", "integer", "minimum", 1)));

    private static final SyncToolSpecification BOOK = SyncToolSpecification.builder()
            .tool(Tool.builder("book", CITY).description("Books a room.").build())
            .callHandler(Booking::book)
            .build();

    @Override
    public void register(SdkServer server) {
        server.addTool(BOOK);
    }

    private static CallToolResult book(McpSyncServerExchange exchange, CallToolRequest request) {
        if (request.progressToken() != null) {
            exchange.progressNotification(ProgressNotification.builder(request.progressToken(), 1)
                    .total(2.0)
                    .message("found a room")
                    .build());
        }
        ElicitResult answer = exchange.createElicitation(
                ElicitFormRequest.builder("For how many nights?", NIGHTS).build());
        String text = answer.action() == ElicitResult.Action.ACCEPT
                ? answer.content().get("nights") + " nights in "
                        + request.arguments().get("city")
                : "Nothing booked.";
        return CallToolResult.builder().addTextContent(text).build();
    }
}
