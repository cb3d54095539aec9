package io.trunkline.balancer.pool;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Requests and connections that wait for a place, the longest-waiting first. Bounded, with a deadline for each.
 * Thread-safe; while nobody waits it costs one volatile read.
 */
final class WaitingRoom {
    /** How many are looked at when a place is free: those at the front may wait for another server. */
    private static final int LOOKED_AT = 64;

    private final Function<Ask, @Nullable Server> choice;
    private final Set<Waiting> waiting = new LinkedHashSet<>();
    private final LongAdder refused = new LongAdder();
    private volatile int size;

    /** A room whose people get what {@code choice} takes for them. */
    WaitingRoom(Function<Ask, @Nullable Server> choice) {
        this.choice = choice;
    }

    private final class Waiting implements Pool.Wait {
        final Ask ask;
        final ScheduledExecutorService loop;
        final Pool.Waiter waiter;

        @Nullable
        Future<?> deadline;

        Waiting(Ask ask, ScheduledExecutorService loop, Pool.Waiter waiter) {
            this.ask = ask;
            this.loop = loop;
            this.waiter = waiter;
        }

        @Override
        public boolean cancel() {
            boolean mine = leave(this);
            Future<?> timer = deadline;
            if (mine && timer != null) {
                timer.cancel(false);
            }
            return mine;
        }
    }

    /** Lets it wait; null when the room is full. Calls the waiter on {@code loop}, never at once. */
    Pool.@Nullable Wait enter(Ask ask, ScheduledExecutorService loop, Pool.Waiter waiter, QueueSettings settings) {
        Waiting one = new Waiting(ask, loop, waiter);
        synchronized (waiting) {
            if (waiting.size() >= settings.limit()) {
                refused.increment();
                return null;
            }
            waiting.add(one);
            size = waiting.size();
            one.deadline = loop.schedule(
                    () -> {
                        if (leave(one)) {
                            refused.increment();
                            waiter.refused();
                        }
                    },
                    settings.deadline().toNanos(),
                    TimeUnit.NANOSECONDS);
        }
        // A place that came free between the choice and now has told nobody.
        serve();
        return one;
    }

    int size() {
        return size;
    }

    /** How many found the room full or waited in vain. */
    long refused() {
        return refused.sum();
    }

    /** Gives out the places that are free. */
    void serve() {
        if (size == 0) {
            return;
        }
        List<Runnable> served = new ArrayList<>();
        synchronized (waiting) {
            Iterator<Waiting> all = waiting.iterator();
            for (int i = 0; i < LOOKED_AT && all.hasNext(); i++) {
                Waiting one = all.next();
                Server server = choice.apply(one.ask);
                if (server != null) {
                    all.remove();
                    served.add(() -> give(one, server));
                }
            }
            size = waiting.size();
        }
        served.forEach(Runnable::run);
    }

    private static void give(Waiting one, Server server) {
        Future<?> timer = one.deadline;
        if (timer != null) {
            timer.cancel(false);
        }
        try {
            one.loop.execute(() -> one.waiter.served(server));
        } catch (RejectedExecutionException e) {
            // Its event loop has ended, and the client with it.
            server.givenBack();
        }
    }

    private boolean leave(Waiting one) {
        synchronized (waiting) {
            boolean left = waiting.remove(one);
            size = waiting.size();
            return left;
        }
    }
}
