package io.trunkline.node.mcp.call;

import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.spi.SessionInfo;

/** Makes tasks of calls. */
@FunctionalInterface
public interface TaskStarter {

    /**
     * Lets a call run as a task.
     *
     * @param where the session that it was called in
     * @param known what the call has gathered before
     * @return the answer to the request
     * @throws RpcFault when there is no room for another task
     */
    byte[] begin(SessionInfo where, Request request, PreparedCall call, KnownAnswers known) throws RpcFault;
}
