package io.trunkline.node.mcp.methods;

import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.call.CallEnvironment;
import io.trunkline.node.mcp.call.KnownAnswers;
import io.trunkline.node.mcp.call.PreparedCall;
import io.trunkline.node.mcp.call.Request;
import io.trunkline.node.mcp.call.TaskStarter;
import io.trunkline.node.mcp.call.ToolWork;
import io.trunkline.node.mcp.catalog.Catalog;
import io.trunkline.node.mcp.catalog.RegisteredTool;
import io.trunkline.node.mcp.wire.CallParams;
import io.trunkline.node.mcp.wire.ClientFeatures;
import io.trunkline.node.mcp.wire.EdgeNotes;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.schema.ExactNumbers;
import io.trunkline.node.spi.SessionInfo;
import io.trunkline.node.spi.TaskSupport;
import io.trunkline.node.spi.TaskUse;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import java.time.Duration;

/** The method {@code tools/call}. */
final class ToolMethods {

    private final CallEnvironment environment;
    private final TaskStarter tasks;
    private final Catalog catalog;
    private final ObjectReader trees;

    /**
     * @param tasks makes tasks of calls
     */
    ToolMethods(CallEnvironment environment, Catalog catalog, TaskStarter tasks) {
        this.environment = environment;
        this.catalog = catalog;
        this.tasks = tasks;
        this.trees = ExactNumbers.reader(environment.json().mapper());
    }

    /** Reads the parameters of {@code tools/call} and checks them against the tool's schema. */
    PreparedCall prepare(Envelope request) throws RpcFault {
        CallParams params = CallParams.read(request, environment.json().mapper(), trees);
        RegisteredTool tool = catalog.tools().listing().find(params.tool());
        if (tool == null) {
            throw RpcFault.invalidParams("Unknown tool: " + RpcFault.shortened(params.tool()));
        }
        return new PreparedCall(tool, params, tool.input().problem(params.arguments()));
    }

    /**
     * {@code tools/call}. Arguments that break the tool's schema are an error of the protocol up to 2025-06-18, and a
     * result that the model can learn from since 2025-11-25 (SEP-1303).
     */
    void call(SessionContext session, Request request, PreparedCall call) throws RpcFault {
        EdgeNotes edge = request.edge();
        if (edge != null) {
            call.tool().headers().check(call.params().arguments(), edge.params());
        }
        boolean task = startsTask(request, call);
        Duration refused = environment
                .guard()
                .circuits()
                .refusal(call.params().tool(), request.principal().id());
        if (refused != null) {
            throw circuitOpen(call.params().tool(), refused);
        }
        if (call.problem() == null) {
            if (task) {
                SessionInfo where = session.calls().speaker().session();
                request.answer(tasks.begin(where, request, call, KnownAnswers.NONE));
            } else {
                ToolWork.start(session.calls(), request, call, tasks);
            }
            return;
        }
        String text = "Invalid arguments for tool " + call.params().tool() + ": " + call.problem();
        if (!request.version().reportsBadArgumentsAsResult()) {
            throw RpcFault.invalidParams(text);
        }
        request.answer(environment.tools().error(request, text));
    }

    private static RpcFault circuitOpen(String tool, Duration left) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("reason", "tool_circuit_open")
                .put("source", "node")
                .put("retryable", true)
                .put("retryAfterMs", Math.max(1, left.toMillis()))
                .put("executed", "no");
        return new RpcFault(
                ErrorCode.OVERLOADED,
                "Calls of tool " + tool + " are refused for a while: nodes were lost with them",
                data);
    }

    /** Whether the call is a task from its start. Refuses one that has to be a task and cannot. */
    private static boolean startsTask(Request request, PreparedCall call) throws RpcFault {
        TaskUse use = call.tool().item().task();
        if (!use.possible()) {
            return false;
        }
        ClientFeatures client =
                ClientFeatures.of(request.version(), call.params().meta().capabilities());
        if (use.support() == TaskSupport.REQUIRED) {
            client.requireTasks();
        }
        return client.tasks() && !use.later();
    }

    /** Whether a call with these parameters may be run twice. */
    boolean safeToRepeat(Envelope call) {
        try {
            RegisteredTool tool = catalog.tools()
                    .listing()
                    .find(CallParams.read(call, environment.json().mapper(), trees)
                            .tool());
            return tool != null && tool.item().annotations().safeToRepeat();
        } catch (RpcFault fault) {
            // It will be refused, as often as it is sent.
            return true;
        }
    }
}
