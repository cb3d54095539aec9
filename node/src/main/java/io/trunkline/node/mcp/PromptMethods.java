package io.trunkline.node.mcp;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.catalog.Catalog;
import io.trunkline.node.mcp.wire.ContentWriter;
import io.trunkline.node.mcp.wire.Meta;
import io.trunkline.node.mcp.wire.Params;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.spi.Prompt;
import io.trunkline.node.spi.PromptArgument;
import io.trunkline.node.spi.PromptCall;
import io.trunkline.node.spi.PromptMessage;
import io.trunkline.node.spi.PromptResult;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.Methods;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The methods about prompts: {@code prompts/list} and {@code prompts/get}. */
final class PromptMethods {

    private final McpServer server;
    private final Catalog catalog;

    /** What {@code prompts/get} asks for, its arguments checked. */
    record Getting(Prompt prompt, Map<String, String> arguments, Meta meta) {}

    PromptMethods(McpServer server, Catalog catalog) {
        this.server = server;
        this.catalog = catalog;
    }

    /** {@code prompts/list}: sorted by name, in pages. */
    void list(Conversation conversation, Request request, JsonNode params) throws RpcFault {
        server.answerList(
                request, catalog.prompts().listing().page(request.version(), Params.optionalText(params, "cursor")));
    }

    /** Reads the parameters of {@code prompts/get}. Arguments that the prompt does not have are left out. */
    Getting prepare(Envelope request) throws RpcFault {
        JsonNode params = Params.of(request, server.json().mapper());
        Prompt prompt = catalog.prompt(Params.text(params, "name"));
        Map<String, String> given = Params.texts(params, "arguments");
        Map<String, String> arguments = new HashMap<>();
        for (PromptArgument argument : prompt.arguments()) {
            String value = given.get(argument.name());
            if (value != null) {
                arguments.put(argument.name(), value);
            } else if (argument.required()) {
                throw RpcFault.invalidParams(
                        "Argument \"" + argument.name() + "\" of prompt " + prompt.name() + " is missing");
            }
        }
        return new Getting(prompt, Map.copyOf(arguments), Meta.of(request, server.json().mapper()));
    }

    /** {@code prompts/get}. */
    void get(Conversation conversation, Request request, Getting getting) throws RpcFault {
        new PromptRun(conversation, request, getting).start();
    }

    /** One filling in of a prompt. */
    private static final class PromptRun extends HandlerRun<PromptCall, PromptResult> implements PromptCall {

        private final Getting getting;

        PromptRun(Conversation conversation, Request request, Getting getting) {
            super(
                    conversation,
                    request,
                    getting.meta(),
                    "prompt " + getting.prompt().name(),
                    getting.prompt().handler());
            this.getting = getting;
        }

        @Override
        PromptCall call() {
            return this;
        }

        @Override
        void write(JsonGenerator json, PromptResult result, ProtocolVersion version) throws IOException {
            String own = result.description();
            String description = own == null ? getting.prompt().description() : own;
            if (description != null) {
                json.writeStringField("description", Messages.wellFormed(description));
            }
            json.writeArrayFieldStart("messages");
            for (PromptMessage message : result.messages()) {
                json.writeStartObject();
                json.writeStringField("role", message.role().text());
                json.writeFieldName("content");
                ContentWriter.write(json, message.content(), version);
                json.writeEndObject();
            }
            json.writeEndArray();
        }

        @Override
        @Nullable
        ObjectNode meta(PromptResult result) {
            return result.meta();
        }

        @Override
        byte[] digest() {
            return digest(Methods.PROMPTS_GET, prompt(), getting.arguments());
        }

        @Override
        public String prompt() {
            return getting.prompt().name();
        }

        @Override
        public Map<String, String> arguments() {
            return getting.arguments();
        }
    }
}
