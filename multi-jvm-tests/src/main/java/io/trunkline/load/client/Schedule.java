package io.trunkline.load.client;

/**
 * When each request of an open loop is due: number {@code n}, counted from 0, at {@code start + n / rate}.
 *
 * @param start nanoseconds of {@link System#nanoTime}
 * @param rate requests per second, above 0
 */
record Schedule(long start, double rate) {
    long timeOf(long n) {
        return start + (long) (n / rate * 1e9);
    }

    /** How many requests are due at {@code now}. */
    long dueBy(long now) {
        return now < start ? 0 : (long) ((now - start) / 1e9 * rate) + 1;
    }
}
