package io.trunkline.conformance;

import io.trunkline.node.spi.ElicitResult;
import io.trunkline.node.spi.Elicitation;
import io.trunkline.node.spi.RpcException;
import io.trunkline.node.spi.TaskSupport;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolBuilder;
import io.trunkline.node.spi.ToolCall;
import io.trunkline.node.spi.ToolException;
import io.trunkline.node.spi.ToolResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Tools that run as tasks, for the scenarios of the extension. */
final class TaskTools {

    /** What a job that fails does before. */
    private static final long JOB_MILLIS = 500;

    private static final Elicitation CONFIRM = Elicitation.form("Delete the file?", """
            {"type": "object", "required": ["confirm"], "properties": {"confirm": {"type": "boolean"}}}""");
    private static final Elicitation NAME = Elicitation.form("What is your name?", """
            {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}""");

    private TaskTools() {}

    static List<Tool> all() {
        return List.of(
                PackTools.tool("greet", "Greets, at once")
                        .inputSchema("""
                                {"type": "object", "properties": {"name": {"type": "string"}}}""")
                        .async(call -> CompletableFuture.completedFuture(ToolResult.text(
                                "Hello, " + call.arguments().path("name").asText("World") + "!"))),
                task("slow_compute", "Takes some seconds").inputSchema("""
                                {"type": "object", "properties": {
                                  "seconds": {"type": "number", "minimum": 0, "maximum": 600},
                                  "label": {"type": "string"}}}""").async(TaskTools::compute),
                PackTools.tool("failing_job", "Fails after a while, as a task only")
                        .task(TaskSupport.REQUIRED)
                        .async(call -> after(JOB_MILLIS)
                                .thenCompose(past ->
                                        CompletableFuture.failedFuture(new ToolException("The job has failed")))),
                task("protocol_error_job", "Ends with an error of the protocol after a while")
                        .async(call -> after(JOB_MILLIS)
                                .thenCompose(past -> CompletableFuture.failedFuture(
                                        new RpcException(-32603, "The job has broken down", null, null)))),
                task("confirm_delete", "Asks before it would delete; deletes nothing")
                        .inputSchema("""
                                {"type": "object", "properties": {"filename": {"type": "string"}}}""")
                        .async(TaskTools::confirm),
                task("multi_input", "Asks two things at once").async(TaskTools::askTwice),
                PackTools.tool("test_tool_with_task", "Asks for a name, then goes on as a task")
                        .taskLater(TaskSupport.REQUIRED)
                        .async(call -> call.elicit(NAME.key("user_name"))
                                .thenCompose(name -> call.becomeTask()
                                        .thenCompose(task -> after(JOB_MILLIS))
                                        .thenApply(past -> ToolResult.text("Hello, " + name(name) + "!")))));
    }

    private static ToolBuilder task(String name, String description) {
        return PackTools.tool(name, description).task(TaskSupport.OPTIONAL);
    }

    private static CompletionStage<ToolResult> compute(ToolCall call) {
        double seconds = call.arguments().path("seconds").asDouble(1);
        String label = call.arguments().path("label").asText("");
        return after((long) (seconds * 1000)).thenApply(past -> ToolResult.text("Computed " + label));
    }

    private static CompletionStage<ToolResult> confirm(ToolCall call) {
        return call.elicit(CONFIRM)
                .thenApply(answer ->
                        ToolResult.text(answer.content().path("confirm").asBoolean() ? "Would be deleted" : "Kept"));
    }

    private static CompletionStage<ToolResult> askTwice(ToolCall call) {
        CompletionStage<ElicitResult> name = call.elicit(NAME);
        return call.elicit(CONFIRM)
                .thenCombine(name, (sure, who) -> ToolResult.text(name(who) + ": " + sure.content()));
    }

    private static String name(ElicitResult answer) {
        return answer.content().path("name").asText();
    }

    private static CompletableFuture<Void> after(long millis) {
        return CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS));
    }
}
