package com.example;

import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolProvider;
import io.trunkline.node.spi.ToolResult;
import java.util.Collection;
import java.util.List;

/** A tool that answers at once. */
public final class TextTools implements ToolProvider {

    @Override
    public Collection<Tool> tools() {
        return List.of(Tool.named("reverse")
                .description("Writes a text backwards.")
                .inputSchema("""
                        {"type": "object", "required": ["text"],
                         "properties": {"text": {"type": "string", "maxLength": 1000}}}""")
                .readOnly()
                .blocking(call -> {
                    String text = call.arguments().get("text").textValue();
                    return ToolResult.text(new StringBuilder(text).reverse().toString());
                }));
    }
}
