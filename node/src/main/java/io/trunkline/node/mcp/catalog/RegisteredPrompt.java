package io.trunkline.node.mcp.catalog;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.wire.Entries;
import io.trunkline.node.spi.Prompt;
import io.trunkline.node.spi.PromptArgument;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.util.Map;

/** A prompt with its entry in {@code prompts/list}. */
final class RegisteredPrompt implements Listed {

    private final Prompt prompt;
    private final Map<ProtocolVersion, byte[]> entries;

    RegisteredPrompt(Prompt prompt, ObjectMapper mapper) {
        this.prompt = prompt;
        this.entries = Entries.write("prompt " + prompt.name(), version -> entry(prompt, version, mapper), mapper);
    }

    Prompt prompt() {
        return prompt;
    }

    @Override
    public String key() {
        return prompt.name();
    }

    @Override
    public byte[] entry(ProtocolVersion version) {
        return entries.getOrDefault(version, new byte[0]);
    }

    private static ObjectNode entry(Prompt prompt, ProtocolVersion version, ObjectMapper mapper) {
        ObjectNode json = mapper.createObjectNode();
        json.put("name", prompt.name());
        Entries.title(json, prompt.title(), version);
        Entries.text(json, "description", prompt.description());
        if (!prompt.arguments().isEmpty()) {
            ArrayNode arguments = json.putArray("arguments");
            for (PromptArgument argument : prompt.arguments()) {
                ObjectNode one = arguments.addObject();
                one.put("name", argument.name());
                Entries.title(one, argument.title(), version);
                Entries.text(one, "description", argument.description());
                one.put("required", argument.required());
            }
        }
        Entries.icons(json, prompt.icons(), version);
        Entries.meta(json, prompt.meta(), version);
        return json;
    }
}
