package com.example;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.spi.ElicitResult;
import io.trunkline.node.spi.Elicitation;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolCall;
import io.trunkline.node.spi.ToolProvider;
import io.trunkline.node.spi.ToolResult;
import java.util.Collection;
import java.util.List;

/** A tool that asks the user, and remembers the answer as long as the session lasts. */
public final class Greeting implements ToolProvider {

    private static final Elicitation WHO = Elicitation.form("Whom shall I greet?", """
            {"type": "object", "required": ["name"],
             "properties": {"name": {"type": "string", "title": "Your name", "maxLength": 100}}}""");

    private static final String NAME = "greeting.name";

    @Override
    public Collection<Tool> tools() {
        return List.of(Tool.named("greet")
                .description("Greets the user, whose name it asks for once.")
                .readOnly()
                .blocking(Greeting::greet));
    }

    private static ToolResult greet(ToolCall call) throws Exception {
        JsonNode name = call.session().get(NAME);
        if (name == null) {
            ElicitResult answer = call.elicit(WHO).toCompletableFuture().get();
            if (!answer.accepted()) {
                return ToolResult.text("As you like.");
            }
            name = answer.content().get("name");
            call.session().put(NAME, name);
        }
        return ToolResult.text("Hello " + name.textValue() + "!");
    }
}
