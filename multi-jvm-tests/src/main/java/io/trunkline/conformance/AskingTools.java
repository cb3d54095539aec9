package io.trunkline.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.spi.Call;
import io.trunkline.node.spi.ElicitResult;
import io.trunkline.node.spi.Elicitation;
import io.trunkline.node.spi.Prompt;
import io.trunkline.node.spi.PromptMessage;
import io.trunkline.node.spi.PromptResult;
import io.trunkline.node.spi.SamplingMessage;
import io.trunkline.node.spi.SamplingRequest;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolCall;
import io.trunkline.node.spi.ToolResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Tools and a prompt that ask their client something, for the scenarios of requests in several rounds. */
final class AskingTools {

    private static final Elicitation NAME =
            form("What is your name?", "name", "string").key("user_name");
    private static final Elicitation CONFIRM =
            form("Please confirm", "ok", "boolean").key("confirm");
    private static final Elicitation STEP_1 =
            form("Step 1: What is your name?", "name", "string").key("step1");
    private static final Elicitation STEP_2 =
            form("Step 2: What is your favorite color?", "color", "string").key("step2");
    private static final Elicitation CONTEXT =
            form("What context should the prompt use?", "context", "string").key("user_context");

    private AskingTools() {}

    static List<Tool> all() {
        return List.of(
                PackTools.tool("test_input_required_result_elicitation", "Asks the user for a name")
                        .async(call -> call.elicit(NAME).thenApply(answer -> greeting(answer, "name"))),
                PackTools.tool("test_input_required_result_sampling", "Asks the model for a capital")
                        .async(call -> sample(call, "What is the capital of France?", 100)
                                .thenApply(ToolResult::text)),
                PackTools.tool("test_input_required_result_list_roots", "Asks the client for its directories")
                        .async(call -> call.listRoots().thenApply(roots -> ToolResult.text("Roots: " + roots))),
                PackTools.tool("test_input_required_result_request_state", "Asks for a confirmation")
                        .async(AskingTools::confirm),
                PackTools.tool("test_input_required_result_tampered_state", "Asks for a confirmation")
                        .async(AskingTools::confirm),
                PackTools.tool("test_input_required_result_multiple_inputs", "Asks three things at once")
                        .async(AskingTools::askAll),
                PackTools.tool("test_input_required_result_multi_round", "Asks one thing after another")
                        .async(call -> call.elicit(STEP_1)
                                .thenCompose(first -> call.elicit(STEP_2)
                                        .thenApply(second -> ToolResult.text(
                                                text(first, "name") + " likes " + text(second, "color"))))),
                PackTools.tool("test_input_required_result_capabilities", "Asks what the client can be asked")
                        .async(AskingTools::askWhatItCan),
                PackTools.tool("test_streaming_elicitation", "Asks the user for a name")
                        .async(call -> call.elicit(NAME).thenApply(answer -> greeting(answer, "name"))),
                PackTools.tool("test_missing_capability", "Needs a client whose model can be asked")
                        .async(call -> sample(call, "Say something.", 10).thenApply(ToolResult::text)));
    }

    static Prompt prompt() {
        return Prompt.named("test_input_required_result_prompt")
                .title("Prompt That Asks")
                .description("A prompt that asks the user for its context")
                .async(call -> call.elicit(CONTEXT)
                        .thenApply(answer ->
                                PromptResult.of(PromptMessage.user("Use this context: " + text(answer, "context")))));
    }

    private static CompletionStage<ToolResult> confirm(ToolCall call) {
        return call.elicit(CONFIRM).thenApply(answer -> ToolResult.text("Confirmed: " + text(answer, "ok")));
    }

    private static CompletionStage<ToolResult> askAll(ToolCall call) {
        CompletableFuture<ElicitResult> name = call.elicit(NAME).toCompletableFuture();
        CompletableFuture<String> greeting =
                sample(call, "Generate a greeting", 50).toCompletableFuture();
        CompletableFuture<?> roots = call.listRoots().toCompletableFuture();
        return CompletableFuture.allOf(name, greeting, roots)
                .thenApply(done -> ToolResult.text(
                        greeting.join() + " " + text(name.join(), "name") + ", roots: " + roots.join()));
    }

    private static CompletionStage<ToolResult> askWhatItCan(ToolCall call) {
        JsonNode can = call.client().capabilities();
        return can.has("elicitation")
                ? confirm(call)
                : sample(call, "Confirm, please.", 50).thenApply(ToolResult::text);
    }

    private static CompletionStage<String> sample(Call call, String text, int tokens) {
        return call.sample(SamplingRequest.of(tokens, SamplingMessage.user(text)))
                .thenApply(result -> result.text());
    }

    private static ToolResult greeting(ElicitResult answer, String field) {
        return ToolResult.text("Hello, " + text(answer, field) + "!");
    }

    private static String text(ElicitResult answer, String field) {
        return answer.content().path(field).asText();
    }

    private static Elicitation form(String message, String field, String type) {
        return Elicitation.form(
                message,
                "{\"type\":\"object\",\"properties\":{\"" + field + "\":{\"type\":\"" + type + "\"}},\"required\":[\""
                        + field + "\"]}");
    }
}
