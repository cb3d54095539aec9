package io.trunkline.node.tasks;

import io.trunkline.node.mcp.kit.Speaker;
import io.trunkline.node.spi.SessionInfo;
import java.util.concurrent.Executor;

/** The client of a call that runs as a task: there is none. What the call comes to is taken by {@link Task}. */
final class TaskOutlet implements Speaker.Outlet {

    private final SessionInfo session;
    private final Executor executor;

    /**
     * @param session whose client has called
     */
    TaskOutlet(SessionInfo session, Executor executor) {
        this.session = session;
        this.executor = executor;
    }

    @Override
    public SessionInfo session() {
        return session;
    }

    @Override
    public Executor executor() {
        return executor;
    }

    /** Progress and log messages of tasks go nowhere (SEP-2663, task status notifications). */
    @Override
    public void tell(byte[] message, int relatedTo) {}

    @Override
    public void part(int number, int retryMillis) {}
}
