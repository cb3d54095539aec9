package io.trunkline.node.mcp.methods;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.call.CallPlace;
import io.trunkline.node.mcp.call.HandlerWork;
import io.trunkline.node.mcp.call.OpenCall;
import io.trunkline.node.mcp.call.Request;
import io.trunkline.node.mcp.call.Rounds;
import io.trunkline.node.mcp.catalog.Catalog;
import io.trunkline.node.mcp.kit.Json;
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

/** The method {@code prompts/get}. */
final class PromptMethods {

    private final Json json;
    private final Catalog catalog;

    /** What {@code prompts/get} asks for, its arguments checked. */
    public record Getting(Prompt prompt, Map<String, String> arguments, Meta meta) {}

    PromptMethods(Json json, Catalog catalog) {
        this.json = json;
        this.catalog = catalog;
    }

    /** Reads the parameters of {@code prompts/get}. Arguments that the prompt does not have are left out. */
    Getting prepare(Envelope request) throws RpcFault {
        JsonNode params = Params.of(request, json.mapper());
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
        return new Getting(prompt, Map.copyOf(arguments), Meta.of(request, json.mapper()));
    }

    /** {@code prompts/get}. */
    void get(SessionContext session, Request request, Getting getting) throws RpcFault {
        OpenPrompt call = new OpenPrompt(session.calls(), request, getting);
        HandlerWork.start(call, call, getting.prompt().handler(), new PromptForm(getting.prompt()));
    }

    /** One filling in of a prompt, as its handler sees it. */
    private static final class OpenPrompt extends OpenCall implements PromptCall {

        private final Getting getting;

        OpenPrompt(CallPlace place, Request request, Getting getting) {
            super(
                    place,
                    request,
                    getting.meta(),
                    "prompt " + getting.prompt().name(),
                    Rounds.of(Methods.PROMPTS_GET, getting.prompt().name(), getting.arguments()));
            this.getting = getting;
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

    /** The result of {@code prompts/get}. */
    private record PromptForm(Prompt prompt) implements HandlerWork.ResultForm<PromptResult> {

        @Override
        public void write(JsonGenerator json, PromptResult result, ProtocolVersion version) throws IOException {
            String own = result.description();
            String description = own == null ? prompt.description() : own;
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
        public @Nullable ObjectNode meta(PromptResult result) {
            return result.meta();
        }
    }
}
