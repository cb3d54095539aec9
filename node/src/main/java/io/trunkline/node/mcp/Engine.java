package io.trunkline.node.mcp;

import io.trunkline.node.mcp.call.CallEnvironment;
import io.trunkline.node.mcp.changes.Listens;
import io.trunkline.node.mcp.methods.LostCalls;
import io.trunkline.node.mcp.methods.MethodTable;
import io.trunkline.node.mcp.methods.RequestCounts;
import io.trunkline.node.mcp.state.Checkpoint;
import io.trunkline.node.memory.NodeMemory;
import java.util.concurrent.Executor;

/**
 * What all conversations of a node share.
 *
 * @param counts of requests without a session
 * @param lostCalls what is known of messages whose nodes were lost
 * @param readers where large messages are read
 */
record Engine(
        CallEnvironment environment,
        Checkpoint checkpoints,
        MethodTable methods,
        RequestCounts counts,
        LostCalls lostCalls,
        Listens.Shared listens,
        Executor readers,
        NodeMemory memory) {}
