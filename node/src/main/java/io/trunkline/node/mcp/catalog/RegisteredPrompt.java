package io.trunkline.node.mcp.catalog;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.wire.Entries;
import io.trunkline.node.spi.Prompt;
import io.trunkline.node.spi.PromptArgument;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;

/** A prompt with its entry in {@code prompts/list}. */
final class RegisteredPrompt extends Registered<Prompt> {

    RegisteredPrompt(Prompt prompt, ObjectMapper mapper) {
        super("prompt", prompt, prompt.name(), mapper, (json, version) -> write(json, prompt, version));
    }

    private static void write(ObjectNode json, Prompt prompt, ProtocolVersion version) {
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
    }
}
