package io.trunkline.conformance;

import io.trunkline.node.spi.Content;
import io.trunkline.node.spi.ElicitResult;
import io.trunkline.node.spi.Elicitation;
import io.trunkline.node.spi.LogLevel;
import io.trunkline.node.spi.SamplingMessage;
import io.trunkline.node.spi.SamplingRequest;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolBuilder;
import io.trunkline.node.spi.ToolCall;
import io.trunkline.node.spi.ToolException;
import io.trunkline.node.spi.ToolResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The tools that the scenarios call. */
final class PackTools {

    /** Between the notifications of one call, so that a client can tell them apart. */
    private static final long PAUSE_MILLIS = 50;

    private static final Duration RECONNECT = Duration.ofMillis(100);

    private static final Elicitation DEFAULTS =
            Elicitation.form("Please review and update the form fields with defaults", """
                    {"type": "object", "required": [], "properties": {
                      "name": {"type": "string", "description": "User name", "default": "John Doe"},
                      "age": {"type": "integer", "description": "User age", "default": 30},
                      "score": {"type": "number", "description": "User score", "default": 95.5},
                      "status": {"type": "string", "description": "User status",
                        "enum": ["active", "inactive", "pending"], "default": "active"},
                      "verified": {"type": "boolean", "description": "Verification status", "default": true}}}""");

    private static final Elicitation ENUMS = Elicitation.form("Please select options from the enum fields", """
            {"type": "object", "required": [], "properties": {
              "untitledSingle": {"type": "string", "description": "Select one option",
                "enum": ["option1", "option2", "option3"]},
              "titledSingle": {"type": "string", "description": "Select one option with titles",
                "oneOf": [{"const": "value1", "title": "First Option"}, {"const": "value2", "title": "Second Option"},
                  {"const": "value3", "title": "Third Option"}]},
              "legacyEnum": {"type": "string", "description": "Select one option (legacy)",
                "enum": ["opt1", "opt2", "opt3"], "enumNames": ["Option One", "Option Two", "Option Three"]},
              "untitledMulti": {"type": "array", "description": "Select multiple options",
                "minItems": 1, "maxItems": 3,
                "items": {"type": "string", "enum": ["option1", "option2", "option3"]}},
              "titledMulti": {"type": "array", "description": "Select multiple options with titles",
                "minItems": 1, "maxItems": 3,
                "items": {"anyOf": [{"const": "value1", "title": "First Choice"},
                  {"const": "value2", "title": "Second Choice"}, {"const": "value3", "title": "Third Choice"}]}}}}""");

    private static final String ANY_QUESTION = """
            {"type": "object", "required": ["response"],
             "properties": {"response": {"type": "string", "description": "User's response"}}}""";

    private PackTools() {}

    static List<Tool> all() {
        return List.of(
                content(
                        "test_simple_text",
                        "Tests simple text content response",
                        new Content.Text("This is a simple text response for testing.")),
                content(
                        "test_image_content",
                        "Tests image content response",
                        new Content.Image(Fixtures.png(), "image/png")),
                content(
                        "test_audio_content",
                        "Tests audio content response",
                        new Content.Audio(Fixtures.wav(), "audio/wav")),
                content(
                        "test_embedded_resource",
                        "Tests embedded resource content response",
                        new Content.TextResource(
                                "test://embedded-resource", "text/plain", "This is an embedded resource content.")),
                content(
                        "test_multiple_content_types",
                        "Tests response with multiple content types (text, image, resource)",
                        new Content.Text("Multiple content types test:"),
                        new Content.Image(Fixtures.png(), "image/png"),
                        new Content.TextResource(
                                "test://mixed-content-resource",
                                "application/json",
                                "{\"test\":\"data\",\"value\":123}")),
                tool("test_tool_with_logging", "Tests tool that emits log messages during execution")
                        .blocking(PackTools::log),
                tool("test_tool_with_progress", "Tests tool that reports progress notifications")
                        .blocking(PackTools::progress),
                tool("test_logging_tool", "Tests that nothing is logged for clients that do not want it")
                        .blocking(PackTools::log),
                tool("test_custom_header", "Tests that arguments are repeated as headers")
                        .inputSchema("""
                                {"type": "object", "properties": {
                                  "region": {"type": "string", "x-mcp-header": "Region"},
                                  "count": {"type": "integer", "x-mcp-header": "Count"}}}""")
                        .async(call -> text(
                                "Region: " + call.arguments().path("region").asText())),
                tool("test_error_handling", "Tests error response handling").async(call -> {
                    throw new ToolException("This tool intentionally returns an error for testing");
                }),
                tool("test_reconnection", "Tests that a client reconnects when its stream is closed during a call")
                        .blocking(PackTools::outlastAStream),
                tool("test_sampling", "Tests server-initiated sampling (LLM completion request)")
                        .inputSchema("""
                                {"type": "object", "required": ["prompt"], "properties": {
                                  "prompt": {"type": "string", "description": "The prompt to send to the LLM"}}}""")
                        .async(PackTools::sample),
                tool("test_elicitation", "Tests server-initiated elicitation (user input request)")
                        .inputSchema("""
                                {"type": "object", "required": ["message"], "properties": {
                                  "message": {"type": "string", "description": "The message to show the user"}}}""")
                        .async(call -> elicit(
                                call,
                                Elicitation.form(
                                        call.arguments().path("message").asText(), ANY_QUESTION),
                                "User response")),
                tool("test_elicitation_sep1034_defaults", "Tests elicitation with default values per SEP-1034")
                        .async(call -> elicit(call, DEFAULTS, "Elicitation completed")),
                tool("test_elicitation_sep1330_enums", "Tests elicitation with enum schema improvements per SEP-1330")
                        .async(call -> elicit(call, ENUMS, "Elicitation completed")),
                tool(
                                "json_schema_2020_12_tool",
                                "Tool with JSON Schema 2020-12 features for conformance testing (SEP-1613)")
                        .inputSchema("""
                                {"$schema": "https://json-schema.org/draft/2020-12/schema",
                                 "type": "object",
                                 "$defs": {"address": {"$anchor": "addressDef", "type": "object",
                                   "properties": {"street": {"type": "string"}, "city": {"type": "string"}}}},
                                 "properties": {
                                   "name": {"type": "string"},
                                   "address": {"$ref": "#/$defs/address"},
                                   "contactMethod": {"type": "string", "enum": ["phone", "email"]},
                                   "phone": {"type": "string"},
                                   "email": {"type": "string"}},
                                 "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
                                 "if": {"properties": {"contactMethod": {"const": "phone"}},
                                   "required": ["contactMethod"]},
                                 "then": {"required": ["phone"]},
                                 "else": {"required": ["email"]},
                                 "additionalProperties": false}""")
                        .async(call -> text("JSON Schema 2020-12 tool called with: " + call.arguments())));
    }

    /** All may be run twice: they only look at what they are given. */
    static ToolBuilder tool(String name, String description) {
        return Tool.named(name).description(description).readOnly().idempotent().openWorld(false);
    }

    private static Tool content(String name, String description, Content... content) {
        ToolResult result = ToolResult.of(content);
        return tool(name, description).async(call -> CompletableFuture.completedFuture(result));
    }

    private static CompletionStage<ToolResult> text(String text) {
        return CompletableFuture.completedFuture(ToolResult.text(text));
    }

    private static ToolResult log(ToolCall call) throws InterruptedException {
        call.log(LogLevel.INFO, null, "Tool execution started");
        Thread.sleep(PAUSE_MILLIS);
        call.log(LogLevel.INFO, null, "Tool processing data");
        Thread.sleep(PAUSE_MILLIS);
        call.log(LogLevel.INFO, null, "Tool execution completed");
        return ToolResult.text("Tool with logging executed successfully");
    }

    private static ToolResult progress(ToolCall call) throws InterruptedException {
        for (int step = 0; step <= 100; step += 50) {
            if (step > 0) {
                Thread.sleep(PAUSE_MILLIS);
            }
            call.progress(step, 100, "Completed step " + step + " of 100");
        }
        return ToolResult.text("Tool with progress executed successfully");
    }

    private static ToolResult outlastAStream(ToolCall call) throws InterruptedException {
        call.closeStream(RECONNECT);
        Thread.sleep(2 * RECONNECT.toMillis());
        return ToolResult.text("Reconnection test completed successfully. If you received this, the client properly"
                + " reconnected after stream closure.");
    }

    private static CompletionStage<ToolResult> sample(ToolCall call) {
        SamplingRequest request = SamplingRequest.of(
                100, SamplingMessage.user(call.arguments().path("prompt").asText()));
        return call.sample(request).thenApply(result -> ToolResult.text("LLM response: " + result.text()));
    }

    private static CompletionStage<ToolResult> elicit(ToolCall call, Elicitation form, String what) {
        return call.elicit(form).thenApply(result -> ToolResult.text(what + ": " + describe(result)));
    }

    private static String describe(ElicitResult result) {
        return "action=" + result.action().text() + ", content=" + result.content();
    }
}
