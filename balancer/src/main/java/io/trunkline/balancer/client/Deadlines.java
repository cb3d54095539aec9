package io.trunkline.balancer.client;

import io.trunkline.protocol.refusal.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How long a client of one kind may take for what: a table that all its clients share. Looked through in the order of
 * its lines; the first one that has passed counts. Not changed any more once clients use it.
 */
public final class Deadlines<C> {
    /** Tells how long something has lasted. */
    @FunctionalInterface
    public interface Clock<C> {
        /** In nanoseconds; 0 while it does not last, or while the time is not the client's. */
        long elapsed(C client, long now);
    }

    private record Deadline<C>(Reason reason, long limitNanos, Clock<C> clock) {}

    private final List<Deadline<C>> table = new ArrayList<>();

    /** Adds a line: why the client ends when this lasts longer than the limit. */
    public Deadlines<C> add(Reason reason, Duration limit, Clock<C> clock) {
        table.add(new Deadline<>(reason, limit.toNanos(), clock));
        return this;
    }

    /** Why the client ends now, or null. */
    public @Nullable Reason passed(C client, long now) {
        for (int i = 0; i < table.size(); i++) {
            Deadline<C> deadline = table.get(i);
            if (deadline.clock.elapsed(client, now) > deadline.limitNanos) {
                return deadline.reason;
            }
        }
        return null;
    }
}
