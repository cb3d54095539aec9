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
import io.trunkline.node.mcp.catalog.RegisteredTemplate;
import io.trunkline.node.mcp.kit.Json;
import io.trunkline.node.mcp.wire.Meta;
import io.trunkline.node.mcp.wire.Params;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.spi.Completion;
import io.trunkline.node.spi.CompletionCall;
import io.trunkline.node.spi.Handler;
import io.trunkline.node.spi.Prompt;
import io.trunkline.node.spi.PromptArgument;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.Methods;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import io.trunkline.protocol.uri.NormalUri;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The method {@code completion/complete}, for arguments of prompts and variables of resource templates. */
final class CompletionMethods {

    private static final Handler.Async<CompletionCall, Completion> NOTHING =
            call -> CompletableFuture.completedFuture(Completion.NONE);

    private final Json json;
    private final Catalog catalog;

    /** What is to be completed, and by whom. */
    public record Completing(
            String argument,
            String value,
            Map<String, String> context,
            String name,
            Handler<CompletionCall, Completion> completer,
            Meta meta) {}

    CompletionMethods(Json json, Catalog catalog) {
        this.json = json;
        this.catalog = catalog;
    }

    /** Reads the parameters and finds what they refer to. */
    Completing prepare(Envelope request) throws RpcFault {
        JsonNode params = Params.of(request, json.mapper());
        JsonNode reference = Params.required(params, "ref");
        JsonNode argument = Params.required(params, "argument");
        String name = Params.text(argument, "name");
        String value = Params.text(argument, "value");
        Map<String, String> context = Params.texts(Params.object(params, "context", json.mapper()), "arguments");
        String type = Params.text(reference, "type");
        Meta meta = Meta.of(request, json.mapper());
        if (type.equals("ref/prompt")) {
            Prompt prompt = catalog.prompt(Params.text(reference, "name"));
            return new Completing(
                    name, value, context, "completion of prompt " + prompt.name(), completer(prompt, name), meta);
        }
        if (type.equals("ref/resource")) {
            RegisteredTemplate template = template(Params.text(reference, "uri"));
            return new Completing(
                    name,
                    value,
                    context,
                    "completion of resource template " + template.key(),
                    completer(template, name),
                    meta);
        }
        throw RpcFault.invalidParams("\"type\" of \"ref\" is neither ref/prompt nor ref/resource");
    }

    /** {@code completion/complete}. */
    void complete(SessionContext session, Request request, Completing completing) throws RpcFault {
        OpenCompletion call = new OpenCompletion(session.calls(), request, completing);
        HandlerWork.start(call, call, completing.completer(), CompletionForm.ONLY);
    }

    private RegisteredTemplate template(String uriTemplate) throws RpcFault {
        RegisteredTemplate template = catalog.templates().listing().find(NormalUri.ofTemplate(uriTemplate));
        if (template == null) {
            throw RpcFault.invalidParams("Unknown resource template: " + RpcFault.shortened(uriTemplate));
        }
        return template;
    }

    private static Handler<CompletionCall, Completion> completer(Prompt prompt, String name) throws RpcFault {
        for (PromptArgument argument : prompt.arguments()) {
            if (argument.name().equals(name)) {
                return orNothing(argument.completer());
            }
        }
        throw unknown(name);
    }

    private static Handler<CompletionCall, Completion> completer(RegisteredTemplate template, String name)
            throws RpcFault {
        if (!template.form().variables().contains(name)) {
            throw unknown(name);
        }
        return orNothing(template.item().completers().get(name));
    }

    private static Handler<CompletionCall, Completion> orNothing(
            @Nullable Handler<CompletionCall, Completion> completer) {
        return completer == null ? NOTHING : completer;
    }

    private static RpcFault unknown(String argument) {
        return RpcFault.invalidParams("Unknown argument: " + RpcFault.shortened(argument));
    }

    /** One search for suggestions, as its handler sees it. */
    private static final class OpenCompletion extends OpenCall implements CompletionCall {

        private final Completing completing;

        OpenCompletion(CallPlace place, Request request, Completing completing) {
            super(
                    place,
                    request,
                    completing.meta(),
                    completing.name(),
                    Rounds.of(Methods.COMPLETION_COMPLETE, completing.name(), completing.context()));
            this.completing = completing;
        }

        @Override
        protected boolean mayAsk() {
            // MCP 2026-07-28, basic/patterns/mrtr, supported requests.
            return !request().stateless();
        }

        @Override
        public String argument() {
            return completing.argument();
        }

        @Override
        public String value() {
            return completing.value();
        }

        @Override
        public Map<String, String> context() {
            return completing.context();
        }
    }

    /** The result of {@code completion/complete}. */
    private enum CompletionForm implements HandlerWork.ResultForm<Completion> {
        ONLY;

        @Override
        public void write(JsonGenerator json, Completion completion, ProtocolVersion version) throws IOException {
            json.writeObjectFieldStart("completion");
            json.writeArrayFieldStart("values");
            for (String value : completion.values()) {
                json.writeString(Messages.wellFormed(value));
            }
            json.writeEndArray();
            if (completion.total() >= 0) {
                json.writeNumberField("total", completion.total());
            }
            json.writeBooleanField("hasMore", completion.hasMore());
            json.writeEndObject();
        }

        @Override
        public @Nullable ObjectNode meta(Completion completion) {
            return completion.meta();
        }
    }
}
