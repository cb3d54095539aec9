package io.trunkline.node.mcp.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trunkline.protocol.jsonrpc.Envelope;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the parameters of a message as a tree: for methods that are called rarely and have few of them. */
public final class Params {

    private Params() {}

    /** The parameters, or an empty object. */
    public static JsonNode of(Envelope message, ObjectMapper mapper) throws RpcFault {
        if (!message.hasParams()) {
            return mapper.createObjectNode();
        }
        try {
            return mapper.readTree(
                    message.message(), message.paramsStart(), message.paramsEnd() - message.paramsStart());
        } catch (IOException e) {
            throw RpcFault.invalidParams("\"params\" cannot be read");
        }
    }

    /** A text that must be there. */
    public static String text(JsonNode params, String name) throws RpcFault {
        String text = optionalText(params, name);
        if (text == null) {
            throw RpcFault.invalidParams("\"" + name + "\" is missing (expected: a string)");
        }
        return text;
    }

    /** A text, or null when it is absent. */
    public static @Nullable String optionalText(JsonNode params, String name) throws RpcFault {
        JsonNode value = params.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw RpcFault.invalidParams("\"" + name + "\" is not a string");
        }
        return value.textValue();
    }

    /** An object, or an empty one when it is absent. */
    public static JsonNode object(JsonNode params, String name, ObjectMapper mapper) throws RpcFault {
        JsonNode value = params.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return mapper.createObjectNode();
        }
        if (!value.isObject()) {
            throw RpcFault.invalidParams("\"" + name + "\" is not an object");
        }
        return value;
    }

    /** An object that must be there. */
    public static JsonNode required(JsonNode params, String name) throws RpcFault {
        JsonNode value = params.path(name);
        if (!value.isObject()) {
            throw RpcFault.invalidParams("\"" + name + "\" is " + (value.isMissingNode() ? "missing" : "not an object")
                    + " (expected: an object)");
        }
        return value;
    }

    /** An object whose members are texts, or an empty one when it is absent. */
    public static Map<String, String> texts(JsonNode params, String name) throws RpcFault {
        JsonNode object = params.path(name);
        if (object.isMissingNode() || object.isNull()) {
            return Map.of();
        }
        if (!object.isObject()) {
            throw RpcFault.invalidParams("\"" + name + "\" is not an object");
        }
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            if (!member.getValue().isTextual()) {
                throw RpcFault.invalidParams("\"" + name + "\" has a member that is not a string");
            }
            texts.put(member.getKey(), member.getValue().textValue());
        }
        return texts;
    }
}
