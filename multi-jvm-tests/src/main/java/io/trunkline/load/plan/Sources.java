package io.trunkline.load.plan;

/**
 * The loopback addresses that connections come from: 127.0.0.1, 127.0.0.2, ... 127.0.0.250, 127.0.1.1, ...
 *
 * <p>Linux answers for all of 127.0.0.0/8. A system has about 28,000 ephemeral ports per source and destination, so one
 * source cannot carry a large run.
 */
public final class Sources {
    /** Connections that one source may carry: the ephemeral ports of Linux (32768-60999) with some left for others. */
    public static final int PORTS_PER_SOURCE = 28_000;

    /** So many sources can be named. */
    public static final int MAX = 250 * 250;

    private static final int PER_BLOCK = 250;

    private Sources() {}

    /** The address of source {@code index}, counted from 0. */
    public static String address(int index) {
        if (index < 0 || index >= MAX) {
            throw new IllegalArgumentException("source " + index + " (expected: 0 to " + (MAX - 1) + ")");
        }
        return "127.0." + (index / PER_BLOCK) + "." + (1 + index % PER_BLOCK);
    }

    /** Sources for a run that names none: one per 25 connections, at most 200, and never too few for the ports. */
    public static int fitting(int connections) {
        int spread = Math.min(200, Math.max(1, connections / 25));
        return Math.max(spread, fewest(connections));
    }

    /** The fewest sources whose ports suffice for so many connections. */
    public static int fewest(int connections) {
        return Math.max(1, (connections + PORTS_PER_SOURCE - 1) / PORTS_PER_SOURCE);
    }
}
