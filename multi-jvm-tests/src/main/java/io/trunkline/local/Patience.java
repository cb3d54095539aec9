package io.trunkline.local;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what members do by themselves: looks again and again, for at most a minute. */
final class Patience {

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

    private Patience() {}

    /**
     * Returns as soon as the condition holds.
     *
     * @param what is waited for, for the message
     * @throws ClusterException after 60 s
     */
    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new ClusterException("waited " + DEADLINE.toSeconds() + " s for " + what);
            }
            try {
                TimeUnit.NANOSECONDS.sleep(POLL_INTERVAL.toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ClusterException("interrupted while waiting for " + what, e);
            }
        }
    }
}
