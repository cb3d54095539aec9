package com.example;

import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolCall;
import io.trunkline.node.spi.ToolProvider;
import io.trunkline.node.spi.ToolResult;
import java.util.Collection;
import java.util.List;

/** A tool that takes its time: it says how far it is, and stops when nobody wants it any more. */
public final class Dictation implements ToolProvider {

    @Override
    public Collection<Tool> tools() {
        return List.of(Tool.named("dictate")
                .description("Says a text letter by letter, ten letters a second.")
                .inputSchema("""
                        {"type": "object", "required": ["text"],
                         "properties": {"text": {"type": "string", "maxLength": 1000}}}""")
                .readOnly()
                .blocking(Dictation::dictate));
    }

    private static ToolResult dictate(ToolCall call) throws InterruptedException {
        String text = call.arguments().get("text").textValue();
        for (int i = 0; i < text.length(); i++) {
            Thread.sleep(100); // throws when the call is cancelled
            call.progress(i + 1, text.length(), text.substring(i, i + 1));
        }
        return ToolResult.text(text.length() + " letters");
    }
}
