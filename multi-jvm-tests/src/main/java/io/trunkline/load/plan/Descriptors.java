package io.trunkline.load.plan;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many sockets one process may hold, from the limit of open files that the system sets for it. */
public final class Descriptors {
    /** Files that a JVM holds for itself: jars, libraries, event loops, streams. */
    private static final int OVERHEAD = 500;

    private Descriptors() {}

    /** Connections that one process may hold: nine tenths of what is left of the limit. */
    public static int connectionsPerProcess() {
        return connectionsPerProcess(limit());
    }

    static int connectionsPerProcess(long limit) {
        long free = Math.min(limit, 1_000_000) - OVERHEAD;
        return (int) Math.max(1, free * 9 / 10);
    }

    /** Processes that so many connections need. */
    public static int processesFor(int connections) {
        int each = connectionsPerProcess();
        return Math.max(1, (connections + each - 1) / each);
    }

    private static long limit() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : 1_024;
    }
}
