package io.trunkline.node.mcp.call;

/** The task that a call runs as. Usable from any thread. */
public interface RunningTask {

    /** Where the call asks its client. */
    Asking questions();

    /** What the tool says of its progress, for people. */
    void progress(String text);
}
