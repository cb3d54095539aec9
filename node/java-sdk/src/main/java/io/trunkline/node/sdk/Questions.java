package io.trunkline.node.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelcontextprotocol.spec.McpSchema.CreateMessageRequest;
import io.trunkline.node.spi.ElicitResult;
import io.trunkline.node.spi.Elicitation;
import io.trunkline.node.spi.Root;
import io.trunkline.node.spi.SamplingMessage;
import io.trunkline.node.spi.SamplingRequest;
import io.trunkline.node.spi.SamplingResult;
import io.trunkline.node.spi.UrlElicitation;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Questions to the client and their answers: from the SDK's form to Trunkline's, and back. */
final class Questions {

    /** What the schema of a form may have; Trunkline refuses more, the SDK passes it on. */
    private static final Set<String> FORM = Set.of("$schema", "type", "properties", "required");

    private static final String META = "_meta";

    private Questions() {}

    static Elicitation form(JsonNode request) {
        ObjectNode schema = request.path("requestedSchema") instanceof ObjectNode object ? object : Json.object();
        return new Elicitation(request.path("message").asText(), schema.retain(FORM), "", meta(request));
    }

    static UrlElicitation visit(JsonNode request) {
        return new UrlElicitation(
                request.path("elicitationId").asText(),
                request.path("url").asText(),
                request.path("message").asText(),
                meta(request));
    }

    static ObjectNode answer(ElicitResult result) {
        ObjectNode json = withMeta(Json.object().put("action", result.action().text()), result.meta());
        return result.accepted() ? json.set("content", result.content()) : json;
    }

    static SamplingRequest sampling(CreateMessageRequest request) {
        List<SamplingMessage> messages = request.messages().stream()
                .map(message -> new SamplingMessage(
                        Contents.of(message.role()), List.of(Contents.of(message.content())), List.of()))
                .toList();
        ObjectNode options = Json.object("sampling", request);
        options.remove(List.of("messages", "maxTokens"));
        return new SamplingRequest(messages, request.maxTokens(), options);
    }

    /** The SDK knows one piece of content: the first one. */
    static ObjectNode answer(SamplingResult result) {
        ObjectNode json = withMeta(Json.object().put("role", "assistant").put("model", result.model()), result.meta());
        if (!result.stopReason().isEmpty()) {
            json.put("stopReason", result.stopReason());
        }
        return result.content().isEmpty()
                ? json
                : json.set("content", result.content().get(0));
    }

    static ObjectNode answer(List<Root> roots) {
        ObjectNode json = Json.object();
        ArrayNode array = json.putArray("roots");
        for (Root root : roots) {
            ObjectNode one = withMeta(array.addObject().put("uri", root.uri()), root.meta());
            if (!root.name().isEmpty()) {
                one.put("name", root.name());
            }
        }
        return json;
    }

    private static @Nullable ObjectNode meta(JsonNode request) {
        return request.get(META) instanceof ObjectNode meta ? meta : null;
    }

    private static ObjectNode withMeta(ObjectNode json, @Nullable ObjectNode meta) {
        return meta == null ? json : json.set(META, meta);
    }
}
