package io.trunkline.node.tasks;

import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** The way to the tasks that other nodes hold. Implementations are thread-safe and do not block. */
public interface TaskNetwork {

    /**
     * Has a request answered by the node that holds the task. When no node does, the one that the task's slot is at
     * takes it over.
     *
     * @return the answer to the request, or an error; fails with an {@link io.trunkline.node.spi.RpcException} when no
     *     node can be asked now
     */
    CompletionStage<byte[]> ask(TaskRequest request);

    /** Whether another task may be watched. A bound on the whole node, as of now. */
    boolean mayWatch();

    /**
     * Watches a task: {@code told} gets the answer to the request now and after each change, one at a time, until it
     * says that it wants no more. Several changes may be told as one.
     *
     * @param get a {@code tasks/get}
     * @return ends it
     */
    Runnable watch(TaskRequest get, Predicate<byte[]> told);
}
