package io.trunkline.protocol.metrics;

import java.util.concurrent.atomic.LongAdder;

/** A total of rarer events, from any thread; for what happens once per message take a {@link Meter}. */
public final class Counter {

    private final LongAdder total = new LongAdder();

    Counter() {}

    public void increment() {
        total.increment();
    }

    public void add(long amount) {
        total.add(amount);
    }

    public long total() {
        return total.sum();
    }
}
