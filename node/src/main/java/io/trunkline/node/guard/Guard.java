package io.trunkline.node.guard;

import io.trunkline.protocol.control.CallLost;
import io.trunkline.protocol.control.DeskCommand;
import io.trunkline.protocol.control.TaskRepeated;
import io.trunkline.protocol.metrics.Metrics;
import java.util.function.Consumer;

/**
 * What one node has to keep a handler from costing others. Thread-safe.
 *
 * @param circuits of tools with which nodes were lost
 * @param repeats the tasks of lost nodes that have run again
 * @param watchdog of handlers that hold event loops
 */
public record Guard(Circuits circuits, Repeats repeats, Watchdog watchdog) {

    /** A guard that knows of nothing yet. */
    public static Guard create(CircuitSettings settings, Metrics metrics) {
        return new Guard(new Circuits(settings, metrics), new Repeats(), new Watchdog(metrics));
    }

    /** What other nodes must know is told to these from now on, at once, from any thread. */
    public void tellOthers(Consumer<DeskCommand> nodes) {
        circuits.tellOthers(nodes::accept);
        repeats.tellOthers(nodes::accept);
    }

    /** What another node has told. From any thread; never waits. */
    public void toldElsewhere(DeskCommand told) {
        if (told instanceof CallLost loss) {
            circuits.count(loss);
        } else if (told instanceof TaskRepeated task) {
            repeats.note(task);
        }
    }
}
