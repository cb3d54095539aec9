package io.trunkline.hostile;

import io.trunkline.local.LocalCluster;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Reads the balancer's metrics twice a second and keeps the peaks. Its reading belongs to a thread of its own. */
final class Watch implements AutoCloseable {
    private static final String HEAP = "jvm_memory_used_bytes{area=\"heap\"}";
    private static final String DIRECT = "netty_direct_memory_used_bytes";

    private final LocalCluster cluster;
    private final String member;
    private final ScheduledExecutorService clock;
    private long heap;
    private long direct;

    Watch(LocalCluster cluster, String member) {
        this.cluster = cluster;
        this.member = member;
        clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "watch");
            thread.setDaemon(true);
            return thread;
        });
        clock.scheduleWithFixedDelay(this::read, 0, 500, TimeUnit.MILLISECONDS);
    }

    private void read() {
        Map<String, Long> now = cluster.member(member).metrics();
        synchronized (this) {
            heap = Math.max(heap, now.getOrDefault(HEAP, 0L));
            direct = Math.max(direct, now.getOrDefault(DIRECT, 0L));
        }
    }

    synchronized long heap() {
        return heap;
    }

    synchronized long direct() {
        return direct;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
