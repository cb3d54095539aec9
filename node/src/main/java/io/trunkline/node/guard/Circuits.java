package io.trunkline.node.guard;

import io.trunkline.protocol.control.CallLost;
import io.trunkline.protocol.metrics.Counter;
import io.trunkline.protocol.metrics.Metrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Refuses, for a while, calls of tools with which nodes were lost again and again. A node that is told of a call which
 * no node runs any more counts it here and tells the other nodes, so that all refuse the next ones. Thread-safe; a call
 * of a tool that has lost nothing costs one look at a flag.
 */
public final class Circuits {
    /** Tools whose losses are remembered; those of further ones are not. */
    private static final int MOST_TOOLS = 1000;

    private final CircuitSettings settings;
    private final LongSupplier nanos;
    private final Map<String, ToolLosses> tools = new HashMap<>();
    private final Metrics metrics;
    private final Counter refused;
    private volatile boolean any;
    private volatile Consumer<CallLost> others = loss -> {};

    /** Circuits that are all closed. */
    Circuits(CircuitSettings settings, Metrics metrics) {
        this(settings, metrics, System::nanoTime);
    }

    /** The same, with a clock in nanoseconds. */
    Circuits(CircuitSettings settings, Metrics metrics, LongSupplier nanos) {
        this.settings = settings;
        this.metrics = metrics;
        this.nanos = nanos;
        this.refused = metrics.counter("trunkline.tool.circuit.refused", Map.of());
    }

    /** What is lost here is told to these from now on. */
    void tellOthers(Consumer<CallLost> nodes) {
        others = nodes;
    }

    /** Counts a loss that this node was told of by a client's message, and tells the other nodes. */
    public void lost(CallLost loss) {
        // With a node many calls of one tool are lost: one of them is enough.
        if (count(loss)) {
            others.accept(loss);
        }
    }

    /** Counts a loss that another node was told of; false when it was known. */
    boolean count(CallLost loss) {
        ToolLosses.Added added;
        synchronized (this) {
            ToolLosses known = tools.get(loss.tool());
            if (known == null && tools.size() >= MOST_TOOLS) {
                return false;
            }
            ToolLosses all = known == null ? new ToolLosses(settings) : known;
            tools.put(loss.tool(), all);
            any = true;
            added = all.add(loss.principal(), loss.node(), loss.times(), nanos.getAsLong());
        }
        String opened = added.opened();
        if (opened != null) {
            metrics.counter("trunkline.tool.circuit.opened", Map.of("tool", loss.tool()))
                    .increment();
            GuardEvents.circuitOpened(loss.tool(), opened, settings.open());
        }
        return added.counted();
    }

    /**
     * Whether a call may run; the first one after the time of an open circuit may, to see.
     *
     * @return null when it may, else how long the circuit stays open
     */
    public @Nullable Duration refusal(String tool, String principal) {
        if (!any) {
            return null;
        }
        long left;
        synchronized (this) {
            ToolLosses losses = tools.get(tool);
            left = losses == null ? 0 : losses.refusedFor(principal, nanos.getAsLong());
        }
        if (left == 0) {
            return null;
        }
        refused.increment();
        return Duration.ofNanos(left);
    }

    /** A call has ended, well or not, and its node lives. */
    public void ended(String tool, String principal) {
        if (!any) {
            return;
        }
        boolean closed;
        synchronized (this) {
            ToolLosses losses = tools.get(tool);
            closed = losses != null && losses.ended(principal);
            long now = nanos.getAsLong();
            if (losses != null && losses.isEmpty(now)) {
                tools.remove(tool);
            }
            any = !tools.isEmpty();
        }
        if (closed) {
            GuardEvents.circuitClosed(tool);
        }
    }
}
