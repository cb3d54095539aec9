package io.trunkline.balancer.limits;

import io.trunkline.balancer.events.BalancerEvents;
import io.trunkline.protocol.metrics.Counter;
import io.trunkline.protocol.metrics.Metrics;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Counts what was limited, and says so in the log: for each limit at most one line a second, which names one source and
 * how many such events had no line of their own. Thread-safe, without a lock.
 */
final class LimitEvents {
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final class Line {
        final Counter counter;
        final AtomicLong leftOut = new AtomicLong();
        final AtomicLong next;

        Line(Counter counter, long now) {
            this.counter = counter;
            this.next = new AtomicLong(now);
        }
    }

    private final Map<Limit, Line> lines = new EnumMap<>(Limit.class);
    private final LongSupplier clock;

    LimitEvents(Metrics metrics, LongSupplier clock) {
        this.clock = clock;
        for (Limit limit : Limit.values()) {
            Counter counter = metrics.counter("trunkline.limited", Map.of("limit", limit.label()));
            lines.put(limit, new Line(counter, clock.getAsLong()));
        }
    }

    void limited(Limit limit, String source) {
        Line line = lines.get(limit);
        if (line == null) {
            return;
        }
        line.counter.increment();
        long now = clock.getAsLong();
        long next = line.next.get();
        if (now - next >= 0 && line.next.compareAndSet(next, now + PAUSE_NANOS)) {
            BalancerEvents.limited(limit.label(), source, line.leftOut.getAndSet(0));
        } else {
            line.leftOut.incrementAndGet();
        }
    }
}
