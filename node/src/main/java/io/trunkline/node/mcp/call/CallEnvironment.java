package io.trunkline.node.mcp.call;

import io.trunkline.node.guard.Guard;
import io.trunkline.node.mcp.kit.Failures;
import io.trunkline.node.mcp.kit.HeldBytes;
import io.trunkline.node.mcp.kit.Json;
import io.trunkline.node.mcp.kit.McpEvents;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.mcp.state.RequestStates;
import io.trunkline.node.mcp.wire.ResultFields;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What the calls of all sessions of a node share.
 *
 * @param held bytes of messages that wait or run
 * @param threads where blocking handlers run
 * @param timer ends what takes too long
 * @param states what clients bring back with their answers
 * @param fields what all results have
 * @param tools the answers that the results of tools become
 */
public record CallEnvironment(
        McpSettings settings,
        McpEvents events,
        Failures failures,
        Json json,
        Guard guard,
        HeldBytes held,
        BlockingThreads threads,
        ScheduledExecutorService timer,
        RequestStates states,
        ResultFields fields,
        ToolAnswers tools) {

    /** Bytes of one result, or of one question. */
    public int answerBytes() {
        return settings.limits().answerBytes();
    }
}
