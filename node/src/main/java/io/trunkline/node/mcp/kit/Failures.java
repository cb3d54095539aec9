package io.trunkline.node.mcp.kit;

import io.trunkline.node.memory.NodeMemory;
import java.util.concurrent.ThreadLocalRandom;

/** Tells the operator of failures. Each has a reference, which the client gets in place of the details. Thread-safe. */
public final class Failures {

    private final McpEvents events;
    private final NodeMemory memory;

    /**
     * @param memory told of failures for want of memory
     */
    public Failures(McpEvents events, NodeMemory memory) {
        this.events = events;
        this.memory = memory;
    }

    /** The engine itself failed on a message. */
    public String failed(Throwable cause) {
        String reference = reference();
        if (cause instanceof OutOfMemoryError failed) {
            memory.failed("a message", failed);
        }
        events.failed(reference, cause);
        return reference;
    }

    /** A tool threw something that is not for its caller. */
    public String toolFailed(String tool, Throwable cause) {
        String reference = reference();
        if (cause instanceof OutOfMemoryError failed) {
            memory.failed(tool, failed);
        }
        events.toolFailed(tool, reference, cause);
        return reference;
    }

    /** A tool returned what it must not. */
    public String toolMisbehaved(String tool, String problem) {
        String reference = reference();
        events.toolMisbehaved(tool, reference, problem);
        return reference;
    }

    private static String reference() {
        return Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), 36);
    }
}
