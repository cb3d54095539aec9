package io.trunkline.faults.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.trunkline.node.spi.LogLevel;
import io.trunkline.node.spi.TaskSupport;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolBuilder;
import io.trunkline.node.spi.ToolCall;
import io.trunkline.node.spi.ToolException;
import io.trunkline.node.spi.ToolProvider;
import io.trunkline.node.spi.ToolResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The tools of fault experiments.
 *
 * <ul>
 *   <li>{@code count}: notes each execution in the process's {@link Trace}, before it waits and answers. The only one
 *       that must not be repeated.
 *   <li>{@code count-again}: the same, but may be repeated.
 *   <li>{@code keep}, {@code recall}: a value of the session.
 *   <li>{@code speak}: logs once at each level.
 *   <li>{@code exit}: ends its process, and says of itself that it only reads.
 * </ul>
 */
public final class FaultTools implements ToolProvider {

    /** Names the directory of the traces. Without it there are no tools: a node that was not set up for experiments. */
    public static final String DIRECTORY = "TRUNKLINE_FAULTS_TRACES";

    private static final String KEY = "faults.value";

    /** Writes the traces and keeps the time; the sessions' threads wait for neither. */
    private final ScheduledThreadPoolExecutor worker = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "faults-tools");
        thread.setDaemon(true);
        return thread;
    });

    @Override
    public Collection<Tool> tools() {
        String directory = System.getenv(DIRECTORY);
        if (directory == null || directory.isEmpty()) {
            return List.of();
        }
        Trace trace = Trace.open(Path.of(directory));
        return List.of(
                counter("count").async(call -> count(call, trace)),
                counter("count-again").idempotent().async(call -> count(call, trace)),
                Tool.named("keep")
                        .description("Keeps a value in the session.")
                        .inputSchema("""
                                {"type": "object", "required": ["value"],
                                 "properties": {"value": {"type": "string", "maxLength": 1024}}}""")
                        .idempotent()
                        .async(FaultTools::keep),
                Tool.named("recall")
                        .description("The value that the session keeps.")
                        .readOnly()
                        .async(FaultTools::recall),
                Tool.named("speak")
                        .description("Logs its argument once at each level.")
                        .inputSchema("""
                                {"type": "object", "required": ["text"],
                                 "properties": {"text": {"type": "string", "maxLength": 64}}}""")
                        .readOnly()
                        .async(FaultTools::speak),
                Tool.named("exit")
                        .description("Ends the process that it runs in.")
                        .readOnly()
                        .async(FaultTools::exit));
    }

    private static ToolBuilder counter(String name) {
        return Tool.named(name)
                .description("Leaves a trace of each execution.")
                .inputSchema("""
                        {"type": "object", "required": ["operation", "milliseconds"],
                         "properties": {"operation": {"type": "string", "maxLength": 32},
                           "milliseconds": {"type": "integer", "minimum": 0, "maximum": 60000}}}""")
                .task(TaskSupport.OPTIONAL);
    }

    private CompletionStage<ToolResult> count(ToolCall call, Trace trace) {
        String operation = call.arguments().path("operation").asText();
        String node = call.session().info().node();
        long millis = call.arguments().path("milliseconds").asLong();
        CompletableFuture<ToolResult> result = new CompletableFuture<>();
        worker.execute(() -> {
            try {
                trace.executed(operation, node);
                worker.schedule(
                        () -> result.complete(ToolResult.structured(JsonNodeFactory.instance
                                .objectNode()
                                .put("operation", operation)
                                .put("node", node))),
                        millis,
                        TimeUnit.MILLISECONDS);
            } catch (IOException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private static CompletionStage<ToolResult> keep(ToolCall call) throws ToolException {
        call.session().put(KEY, TextNode.valueOf(call.arguments().path("value").asText()));
        return CompletableFuture.completedFuture(ToolResult.text("kept"));
    }

    private static CompletionStage<ToolResult> recall(ToolCall call) {
        JsonNode value = call.session().get(KEY);
        return CompletableFuture.completedFuture(ToolResult.text(value == null ? "" : value.asText()));
    }

    private static CompletionStage<ToolResult> exit(ToolCall call) {
        Runtime.getRuntime().halt(1);
        throw new IllegalStateException("the process has ended");
    }

    private static CompletionStage<ToolResult> speak(ToolCall call) {
        String text = call.arguments().path("text").asText();
        for (LogLevel level : LogLevel.values()) {
            call.log(level, "faults", text);
        }
        return CompletableFuture.completedFuture(ToolResult.text("spoken"));
    }
}
