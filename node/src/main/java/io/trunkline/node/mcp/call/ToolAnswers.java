package io.trunkline.node.mcp.call;

import io.trunkline.node.mcp.catalog.RegisteredTool;
import io.trunkline.node.mcp.kit.Failures;
import io.trunkline.node.mcp.kit.Json;
import io.trunkline.node.mcp.wire.BoundedBytes;
import io.trunkline.node.mcp.wire.ResultFields;
import io.trunkline.node.mcp.wire.ToolResultWriter;
import io.trunkline.node.schema.Schema;
import io.trunkline.node.spi.ToolException;
import io.trunkline.node.spi.ToolResult;
import io.trunkline.protocol.jsonrpc.Messages;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Turns the end of a tool's run into the answer of its request. What clients may not know goes to the events. */
public final class ToolAnswers {

    private final Failures failures;
    private final int maxBytes;
    private final ToolResultWriter writer;

    /**
     * @param maxBytes of one result
     */
    public ToolAnswers(Json json, ResultFields fields, Failures failures, int maxBytes) {
        this.failures = failures;
        this.maxBytes = maxBytes;
        this.writer = new ToolResultWriter(json.mapper(), fields, maxBytes);
    }

    /** The tool's own result, if it is what its output schema promises. */
    byte[] result(Request request, RegisteredTool tool, ToolResult result) {
        String problem = problem(tool, result);
        if (problem == null) {
            try {
                BoundedBytes bytes = writer.write(result, request.version());
                return Messages.result(request.envelope(), bytes.array(), 0, bytes.size());
            } catch (BoundedBytes.TooManyException e) {
                problem = "a result of more than " + maxBytes + " bytes";
            } catch (IOException | RuntimeException e) {
                problem = "a result that cannot be written as JSON: " + e.getMessage();
            }
        }
        String name = tool.item().name();
        String reference = failures.toolMisbehaved(name, problem);
        return error(request, "The tool " + name + " gave a result that cannot be sent, reference " + reference);
    }

    /** A failure that the tool wants the client to read. */
    byte[] failure(Request request, ToolException meant) {
        String message = meant.getMessage();
        return error(request, message == null ? "The tool failed" : message);
    }

    /** A failure whose details are not for the client. */
    byte[] unexpected(Request request, String tool, Throwable cause) {
        return error(request, "The tool " + tool + " failed, reference " + failures.toolFailed(tool, cause));
    }

    byte[] timeout(Request request, String tool, Duration limit) {
        return error(
                request,
                "The tool " + tool + " was stopped after " + seconds(limit) + " s, the longest time that it may take");
    }

    /** A result that is marked as an error, with a text that the model can act upon. */
    public byte[] error(Request request, String text) {
        String cut = text.length() <= 4096 ? text : text.substring(0, 4096) + "...";
        try {
            BoundedBytes bytes = writer.write(ToolResult.error(cut), request.version());
            return Messages.result(request.envelope(), bytes.array(), 0, bytes.size());
        } catch (IOException e) {
            throw new IllegalStateException("a short text, but: " + e.getMessage(), e);
        }
    }

    private static @Nullable String problem(RegisteredTool tool, ToolResult result) {
        Schema output = tool.output();
        if (output == null || result.isError()) {
            return null;
        }
        return result.structured() == null
                ? "no structured content, though there is an output schema"
                : output.problem(result.structured());
    }

    private static String seconds(Duration limit) {
        return limit.toMillis() % 1000 == 0
                ? Long.toString(limit.toSeconds())
                : Double.toString(limit.toMillis() / 1e3);
    }
}
