package io.trunkline.node.mcp.changes;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** A task with a listener: one of this node, or of another one. */
public interface WatchedTask {

    /** Characters of the id of a task. */
    int MAX_ID = 4 << 10;

    /** Tells the listener of changes from now on. */
    void join(Listener listener);

    void leave(Listener listener);

    /** Whether there is something to tell of it. */
    boolean isKnown();

    /** Writes its fields, with what is asked, or what has come out. */
    void writeState(JsonGenerator json) throws IOException;
}
