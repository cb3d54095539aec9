package io.trunkline.balancer.client;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.trunkline.balancer.events.BalancerEvents;
import io.trunkline.protocol.memory.MemoryBudget;
import io.trunkline.protocol.memory.MemoryBudget.Level;
import io.trunkline.protocol.metrics.Counter;
import io.trunkline.protocol.metrics.Metrics;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The memory that this process holds for its clients: one budget, and for each event loop the accounts of its clients.
 * Thread-safe; what it hands out belongs to one event loop.
 */
public final class ClientMemory {
    /** Time between two looks at the level, besides those that a change causes. */
    static final long TICK_MILLIS = 100;

    private static final long FAILURE_NOTE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final MemoryBudget budget;
    private final Metrics metrics;
    private final Counter failedAllocations;
    private final Map<EventLoop, LoopMemory> loops = new HashMap<>();
    private final AtomicLong failureNotedNanos = new AtomicLong();
    private final AtomicReference<Level> noted = new AtomicReference<>(Level.ROOMY);

    /** Memory of which nothing is held. */
    public ClientMemory(MemoryBudget budget, Metrics metrics, EventLoopGroup group) {
        this.budget = budget;
        this.metrics = metrics;
        this.failedAllocations = metrics.counter("trunkline.memory.failed.allocations");
        for (EventExecutor executor : group) {
            EventLoop loop = (EventLoop) executor;
            loops.put(loop, new LoopMemory(this, loop));
        }
        metrics.gauge("trunkline.memory.used.bytes", Map.of(), budget::used);
        metrics.gauge("trunkline.memory.peak.bytes", Map.of(), budget::peak);
        metrics.gauge("trunkline.memory.limit.bytes", Map.of(), budget::limit);
    }

    /** Begins to look at the level once in a while. */
    public void start() {
        loops.values().forEach(LoopMemory::start);
    }

    /** The memory of one event loop of the group. */
    public LoopMemory of(EventLoop loop) {
        return Objects.requireNonNull(loops.get(loop), "an event loop of another group");
    }

    /** What all clients hold, and how much that may be. */
    public MemoryBudget budget() {
        return budget;
    }

    void wakeAll() {
        loops.values().forEach(LoopMemory::wake);
    }

    /** Clients that were refused something or ended for want of memory. */
    Counter shed(String reason) {
        return metrics.counter("trunkline.memory.shed", Map.of("reason", reason));
    }

    Counter failedAllocations() {
        return failedAllocations;
    }

    /** Tells operators of a failed allocation: one line a second, and how many there were. */
    void noteFailure(Throwable cause) {
        long now = System.nanoTime();
        long last = failureNotedNanos.get();
        if ((last == 0 || now - last > FAILURE_NOTE_NANOS) && failureNotedNanos.compareAndSet(last, now)) {
            BalancerEvents.allocationFailed(failedAllocations.total(), budget.used(), budget.limit(), cause);
        }
    }

    /** Tells operators of a level, once for all loops. */
    void noteLevel(Level level) {
        Level before = noted.get();
        if (level != before && budget.level(before) == level && noted.compareAndSet(before, level)) {
            BalancerEvents.memoryLevel(level, budget.used(), budget.limit());
        }
    }
}
