package io.trunkline.balancer.edge;

import io.trunkline.protocol.member.Expect;
import io.trunkline.protocol.member.SettingsException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;

/** How many connections the limit of open files leaves room for. */
public final class FileLimit {
    /** Files that a balancer needs for itself: jars, trunks, the cluster, and a reserve. */
    private static final int OWN = 1000;

    /** The most that is chosen by default: what one cluster is made for. */
    private static final int MOST = 110_000;

    private FileLimit() {}

    /**
     * The connections to allow: {@code configured}, or when that is 0 what the system's limit leaves.
     *
     * @throws SettingsException when the system does not let this process open as many files
     */
    public static int connections(int configured) {
        return connections(configured, files());
    }

    static int connections(int configured, long files) {
        Expect.that(
                configured <= 0 || configured + OWN <= files,
                "edge.connection-limit",
                configured,
                "at most " + Math.max(0, files - OWN) + ": this process may open " + files
                        + " files, of which it needs " + OWN + " itself; 0 takes what there is, ulimit -n raises it");
        return configured > 0 ? configured : (int) Math.max(100, Math.min(MOST, files - OWN));
    }

    private static long files() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        return system instanceof com.sun.management.UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Integer.MAX_VALUE;
    }
}
