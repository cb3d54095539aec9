package io.trunkline.node.mcp;

import io.trunkline.node.spi.SessionInfo;
import java.util.concurrent.Executor;

/** The client of a task's conversation: there is none. What the call comes to is taken by {@link Task}. */
final class TaskPeer implements Peer {

    private final SessionInfo session;
    private final Executor executor;

    /**
     * @param session whose client has called
     */
    TaskPeer(SessionInfo session, Executor executor) {
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

    @Override
    public void send(byte[] message, int answers) {}

    /** Progress and log messages of tasks go nowhere (SEP-2663, task status notifications). */
    @Override
    public void tell(byte[] message, int relatedTo) {}

    @Override
    public void part(int number, int retryMillis) {}

    @Override
    public void done(int number) {}

    @Override
    public void checkpoint(byte[] state) {}
}
