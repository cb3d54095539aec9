package io.trunkline.node.memory;

import io.trunkline.protocol.memory.MemoryBudget;
import io.trunkline.protocol.metrics.Counter;
import io.trunkline.protocol.metrics.Metrics;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory that this process holds for clients: its budget, who of them hold much, and the allocations that failed.
 * One for the process; thread-safe.
 */
public final class NodeMemory {
    /** What a client may hold and still be light: it is not held back, and not ended for the sake of others. */
    public static final int LIGHT = 16 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger("io.trunkline.node.memory");
    private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final MemoryBudget budget;
    private final Metrics metrics;
    private final HeapCheck heap;
    private final Counter failedAllocations;
    private final AtomicInteger heavyStreams = new AtomicInteger();
    private final AtomicLong heavyBytes = new AtomicLong();
    private final AtomicLong lineNanos = new AtomicLong();

    /** Memory of which nothing is held, in a process that ends when its heap is full. */
    public NodeMemory(MemoryBudget budget, Metrics metrics) {
        this(budget, metrics, HeapCheck.endsProcess());
    }

    /** The same, with something else that happens when an allocation on the heap has failed. */
    public NodeMemory(MemoryBudget budget, Metrics metrics, HeapCheck heap) {
        this.budget = budget;
        this.metrics = metrics;
        this.heap = heap;
        this.failedAllocations = metrics.counter("trunkline.memory.failed.allocations", Map.of());
        metrics.gauge("trunkline.memory.used.bytes", Map.of(), budget::used);
        metrics.gauge("trunkline.memory.peak.bytes", Map.of(), budget::peak);
        metrics.gauge("trunkline.memory.limit.bytes", Map.of(), budget::limit);
    }

    /** The memory of a server that no process was sized for: a part of the heap. */
    public static NodeMemory ofHeap(Metrics metrics) {
        return new NodeMemory(new MemoryBudget(Runtime.getRuntime().maxMemory() / 4), metrics, HeapCheck.NONE);
    }

    /** What all clients hold, and how much that may be. */
    public MemoryBudget budget() {
        return budget;
    }

    /** Whether there is room for so many bytes more; a few always have room. */
    public boolean hasRoom(long bytes) {
        return bytes <= LIGHT || budget.used() + bytes <= budget.limit();
    }

    // --- who holds much

    /** A stream that was heavy, or is, holds another number of bytes now; 0 for one that is light. */
    public void weigh(long before, long now) {
        heavyBytes.addAndGet(now - before);
        heavyStreams.addAndGet(before == 0 ? 1 : now == 0 ? -1 : 0);
    }

    /** Whether so many bytes are at least the mean of what heavy streams hold: some stream always holds as much. */
    public boolean isAmongHeaviest(long bytes) {
        return bytes >= heavyBytes.get() / Math.max(1, heavyStreams.get());
    }

    /** A client was ended, or refused something, for want of memory. */
    public void shed(String reason) {
        metrics.counter("trunkline.memory.shed", Map.of("reason", reason)).increment();
    }

    // --- allocations that fail

    /**
     * An allocation has failed, and what it was for is given up.
     *
     * @param what it was for, such as the name of a tool
     */
    public void failed(String what, OutOfMemoryError cause) {
        failedAllocations.increment();
        long now = System.nanoTime();
        long last = lineNanos.get();
        if ((last == 0 || now - last > LINE_NANOS) && lineNanos.compareAndSet(last, now)) {
            LOG.error(
                    "memory.allocation_failed for={} failed={} used={} limit={}",
                    what,
                    failedAllocations.total(),
                    budget.used(),
                    budget.limit(),
                    cause);
        }
        if (!HeapCheck.isDirect(cause)) {
            heap.run();
        }
    }
}
