package io.trunkline.balancer.edge;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;

/** How many connections the limit of open files leaves room for. */
public final class FileLimit {
    /** Files that a balancer needs for itself: jars, trunks, the cluster, and a reserve. */
    private static final int OWN = 1000;

    /** The most that is chosen by default: what one cluster is made for. */
    private static final int MOST = 110_000;

    private FileLimit() {}

    /** The connections to allow: {@code configured}, or when that is 0 what the system's limit leaves. */
    public static int connections(int configured) {
        if (configured > 0) {
            return configured;
        }
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        long files = system instanceof com.sun.management.UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : MOST;
        return (int) Math.max(100, Math.min(MOST, files - OWN));
    }
}
