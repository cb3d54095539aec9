package io.trunkline.node.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import org.jspecify.annotations.Nullable;

/** The methods about tools: {@code tools/list} and {@code tools/call}. */
final class ToolMethods {

    private final McpServer server;
    private final ToolRegistry tools;

    ToolMethods(McpServer server, ToolRegistry tools) {
        this.server = server;
        this.tools = tools;
    }

    /** {@code tools/list}: sorted by name, in pages. */
    void list(Conversation conversation, Request request) throws RpcFault {
        JsonNode params = Params.of(request.envelope(), server.mapper());
        request.answerResult(tools.page(version(conversation), Params.optionalText(params, "cursor")));
    }

    /**
     * {@code tools/call}. Arguments that break the tool's schema are an error of the protocol up to 2025-06-18, and a
     * result that the model can learn from since 2025-11-25 (SEP-1303).
     */
    void call(Conversation conversation, Request request) throws RpcFault {
        CallParams params = CallParams.read(request.envelope(), server.mapper());
        RegisteredTool tool = tools.find(params.tool());
        if (tool == null) {
            String name = params.tool();
            throw RpcFault.invalidParams("Unknown tool: " + name.substring(0, Math.min(name.length(), 128)));
        }
        String problem = tool.input().problem(params.arguments());
        if (problem == null) {
            new ToolRun(conversation, request, tool, params).start();
            return;
        }
        String text = "Invalid arguments for tool " + tool.tool().name() + ": " + problem;
        if (!version(conversation).reportsBadArgumentsAsResult()) {
            throw RpcFault.invalidParams(text);
        }
        request.answer(server.toolAnswers().error(request.envelope(), text));
    }

    /** Whether a call with these parameters may be run twice. */
    boolean safeToRepeat(io.trunkline.protocol.jsonrpc.Envelope call) {
        try {
            RegisteredTool tool = find(CallParams.read(call, server.mapper()).tool());
            return tool != null && tool.tool().annotations().safeToRepeat();
        } catch (RpcFault fault) {
            // It will be refused, as often as it is sent.
            return true;
        }
    }

    private @Nullable RegisteredTool find(String name) {
        return tools.find(name);
    }

    private static ProtocolVersion version(Conversation conversation) {
        ProtocolVersion version = conversation.state().version();
        return version == null ? ProtocolVersion.NEWEST : version;
    }
}
