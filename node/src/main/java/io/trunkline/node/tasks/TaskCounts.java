package io.trunkline.node.tasks;

import io.trunkline.protocol.metrics.Counter;
import io.trunkline.protocol.metrics.Metrics;

/**
 * What becomes of tasks.
 *
 * @param begun calls that have become a task
 * @param takenOver tasks that no node held and that were asked for: they run again, or are reported as lost
 * @param refused tasks for which there was no room
 */
record TaskCounts(Counter begun, Counter takenOver, Counter refused) {

    public TaskCounts(Metrics metrics) {
        this(
                metrics.counter("trunkline.tasks.begun"),
                metrics.counter("trunkline.tasks.taken_over"),
                metrics.counter("trunkline.tasks.refused"));
    }
}
