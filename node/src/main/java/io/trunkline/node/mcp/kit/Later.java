package io.trunkline.node.mcp.kit;

import java.time.Duration;

/** Runs tasks later, each once, on a thread that must not wait. Usable from any thread. */
@FunctionalInterface
public interface Later {

    /**
     * Runs the task when this time has passed; never, when the server is closed by then.
     *
     * @return what takes the task back, unless it has begun
     */
    Runnable run(Runnable task, Duration delay);
}
