package io.trunkline.node.mcp.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.spi.ElicitResult;
import io.trunkline.node.spi.Elicitation;
import io.trunkline.node.spi.Root;
import io.trunkline.node.spi.SamplingMessage;
import io.trunkline.node.spi.SamplingRequest;
import io.trunkline.node.spi.SamplingResult;
import io.trunkline.node.spi.ToolException;
import io.trunkline.node.spi.UrlElicitation;
import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The forms that questions to clients and their answers have in the protocol's versions. */
public final class Questions {

    private static final String META = "_meta";

    private static final Set<String> OLD_FIELDS = Set.of(
            "type",
            "title",
            "description",
            "minLength",
            "maxLength",
            "format",
            "minimum",
            "maximum",
            "enum",
            "enumNames");

    private Questions() {}

    /** Refuses what the client cannot do. */
    public static void requireForm(ClientFeatures client, Elicitation form) throws ToolException {
        ClientFeatures.require(client.forms(), "elicitation with forms", "elicitation");
        for (JsonNode property : form.schema().path("properties")) {
            boolean many = property.path("type").asText().equals("array");
            ClientFeatures.require(
                    !many || client.version().knowsElicitationModes(),
                    "forms with several choices at once",
                    "elicitation");
        }
    }

    /** Writes a form. The mode is left out, as every version allows. */
    public static void write(JsonGenerator json, Elicitation form, ProtocolVersion version) throws IOException {
        json.writeStringField("message", Messages.wellFormed(form.message()));
        json.writeFieldName("requestedSchema");
        json.writeTree(version.knowsElicitationModes() ? form.schema() : old(form.schema()));
        writeMeta(json, form.meta(), version);
    }

    /** Only requests of their own have one: MCP 2026-07-28, ElicitRequestFormParams and CreateMessageRequestParams. */
    private static void writeMeta(JsonGenerator json, @Nullable ObjectNode meta, ProtocolVersion version)
            throws IOException {
        if (!version.stateless()) {
            ContentWriter.writeMeta(json, meta);
        }
    }

    /** What 2025-06-18 knows of a form. */
    private static ObjectNode old(ObjectNode schema) {
        ObjectNode old = schema.deepCopy();
        old.remove("$schema");
        ObjectNode properties = old.putObject("properties");
        schema.path("properties").properties().forEach(property -> {
            JsonNode now = property.getValue();
            ObjectNode then = properties.putObject(property.getKey());
            now.properties().forEach(field -> {
                boolean keptDefault =
                        field.getKey().equals("default") && field.getValue().isBoolean();
                if (keptDefault || OLD_FIELDS.contains(field.getKey())) {
                    then.set(field.getKey(), field.getValue());
                }
            });
            if (now.has("oneOf")) {
                ArrayNode values = then.putArray("enum");
                ArrayNode names = then.putArray("enumNames");
                for (JsonNode choice : now.path("oneOf")) {
                    values.add(choice.path("const").asText());
                    names.add(choice.path("title").asText(choice.path("const").asText()));
                }
            }
        });
        return old;
    }

    public static void write(JsonGenerator json, UrlElicitation visit, ProtocolVersion version) throws IOException {
        json.writeStringField("mode", "url");
        json.writeStringField("message", Messages.wellFormed(visit.message()));
        if (!version.stateless()) {
            json.writeStringField("elicitationId", visit.id());
        }
        json.writeStringField("url", visit.url());
        writeMeta(json, visit.meta(), version);
    }

    /** What the user filled in; an answer that does not conform to the form is refused. */
    public static ElicitResult readForm(JsonNode result, Elicitation form) throws ToolException {
        ElicitResult elicited = readAction(result);
        if (!elicited.accepted()) {
            return elicited;
        }
        JsonNode content = result.path("content");
        ObjectNode filled = content instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
        String problem = form.problem(content.isMissingNode() ? filled : content);
        if (problem != null) {
            throw new ToolException("The client's answer does not fit the form: " + problem);
        }
        return new ElicitResult(elicited.action(), filled, elicited.meta());
    }

    /** What the user decided. */
    public static ElicitResult readAction(JsonNode result) throws ToolException {
        ElicitResult.Action action =
                ElicitResult.Action.of(result.path("action").asText());
        if (action == null) {
            throw new ToolException("The client's answer has no action of accept, decline and cancel");
        }
        return new ElicitResult(action, JsonNodeFactory.instance.objectNode(), meta(result));
    }

    /** Refuses what the client cannot do. */
    public static void requireSampling(ClientFeatures client, SamplingRequest request) throws ToolException {
        ClientFeatures.require(client.sampling(), "sampling", "sampling");
        boolean tools = request.options().has("tools") || request.options().has("toolChoice");
        String context = request.options().path("includeContext").asText("none");
        ClientFeatures.require(
                context.equals("none") || client.samplingWithContext(), "sampling with context", "sampling", "context");
        for (SamplingMessage message : request.messages()) {
            tools |= !message.toolBlocks().isEmpty();
            boolean several = message.content().size() + message.toolBlocks().size() > 1;
            ClientFeatures.require(
                    !several || client.version().knowsSamplingTools(),
                    "several pieces in a message of sampling",
                    "sampling");
        }
        ClientFeatures.require(!tools || client.samplingWithTools(), "sampling with tools", "sampling", "tools");
    }

    public static void write(JsonGenerator json, SamplingRequest request, ProtocolVersion version) throws IOException {
        json.writeArrayFieldStart("messages");
        for (SamplingMessage message : request.messages()) {
            json.writeStartObject();
            json.writeStringField("role", message.role().text());
            json.writeFieldName("content");
            boolean several = message.content().size() + message.toolBlocks().size() > 1;
            if (several) {
                json.writeStartArray();
            }
            for (var piece : message.content()) {
                ContentWriter.write(json, piece, version);
            }
            for (ObjectNode block : message.toolBlocks()) {
                json.writeTree(block);
            }
            if (several) {
                json.writeEndArray();
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("maxTokens", request.maxTokens());
        for (var option : request.options().properties()) {
            if (!option.getKey().equals(META) || !version.stateless()) {
                json.writeFieldName(option.getKey());
                json.writeTree(option.getValue());
            }
        }
    }

    public static SamplingResult readSampling(JsonNode result) throws ToolException {
        List<ObjectNode> pieces = new ArrayList<>();
        JsonNode content = result.path("content");
        for (JsonNode piece : content.isArray() ? content : List.of(content)) {
            if (!(piece instanceof ObjectNode object) || !object.path("type").isTextual()) {
                throw new ToolException("The client's answer has no content that can be used");
            }
            pieces.add(object);
        }
        return new SamplingResult(
                result.path("model").asText(""), result.path("stopReason").asText(""), pieces, meta(result));
    }

    public static List<Root> readRoots(JsonNode result) throws ToolException {
        if (!result.path("roots").isArray()) {
            throw new ToolException("The client's answer has no list of roots");
        }
        List<Root> roots = new ArrayList<>();
        for (JsonNode root : result.path("roots")) {
            if (!root.path("uri").isTextual()) {
                throw new ToolException("The client's answer has a root without a URI");
            }
            roots.add(new Root(root.path("uri").textValue(), root.path("name").asText(""), meta(root)));
        }
        return List.copyOf(roots);
    }

    private static @Nullable ObjectNode meta(JsonNode json) {
        return json.get(META) instanceof ObjectNode meta ? meta : null;
    }
}
