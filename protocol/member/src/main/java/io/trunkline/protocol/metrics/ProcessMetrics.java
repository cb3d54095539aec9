package io.trunkline.protocol.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * What this process and its JVM use, in the Prometheus text format and under the names of the Prometheus client for
 * Java, so that existing dashboards find them. Read at each scrape; costs some system calls and no thread.
 */
public final class ProcessMetrics {
    private static final Path STATUS = Path.of("/proc/self/status");

    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;

    private final StringBuilder text = new StringBuilder(4096);

    private ProcessMetrics() {}

    /** All of them, each with its help and type. */
    public static String read() {
        ProcessMetrics metrics = new ProcessMetrics();
        metrics.memory();
        metrics.garbageCollection();
        metrics.threads();
        metrics.process();
        return metrics.text.toString();
    }

    private void memory() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        MemoryUsage heap = memory.getHeapMemoryUsage();
        MemoryUsage rest = memory.getNonHeapMemoryUsage();
        areas("jvm_memory_used_bytes", "Bytes in use", heap, rest, MemoryUsage::getUsed);
        areas("jvm_memory_committed_bytes", "Bytes that the JVM holds", heap, rest, MemoryUsage::getCommitted);
        areas("jvm_memory_max_bytes", "The most bytes; -1: no limit", heap, rest, MemoryUsage::getMax);
        begin("jvm_buffer_pool_used_bytes", "gauge", "Bytes of buffers outside the heap that the JDK made");
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            sample("jvm_buffer_pool_used_bytes{pool=\"" + pool.getName() + "\"}", pool.getMemoryUsed());
        }
        single(
                "netty_direct_memory_used_bytes",
                "gauge",
                "Bytes outside the heap that carry network traffic; -1: not counted",
                PlatformDependent.usedDirectMemory());
        single(
                "netty_direct_memory_max_bytes",
                "gauge",
                "The most bytes outside the heap for network traffic",
                PlatformDependent.maxDirectMemory());
    }

    private void areas(
            String name, String help, MemoryUsage heap, MemoryUsage rest, ToLongFunction<MemoryUsage> value) {
        begin(name, "gauge", help);
        sample(name + "{area=\"heap\"}", value.applyAsLong(heap));
        sample(name + "{area=\"nonheap\"}", value.applyAsLong(rest));
    }

    private void garbageCollection() {
        begin("jvm_gc_collection_seconds", "summary", "Time that the garbage collectors took");
        for (GarbageCollectorMXBean gc : ManagementFactory.getGarbageCollectorMXBeans()) {
            String labels = "{gc=\"" + gc.getName() + "\"}";
            sample("jvm_gc_collection_seconds_count" + labels, gc.getCollectionCount());
            sample("jvm_gc_collection_seconds_sum" + labels, gc.getCollectionTime() / MILLIS);
        }
    }

    private void threads() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        single("jvm_threads_current", "gauge", "Threads", threads.getThreadCount());
        single(
                "jvm_threads_daemon",
                "gauge",
                "Threads that do not keep the JVM running",
                threads.getDaemonThreadCount());
        single("jvm_threads_peak", "gauge", "The most threads since the start", threads.getPeakThreadCount());
    }

    private void process() {
        single(
                "process_start_time_seconds",
                "gauge",
                "When the process started, since 1970-01-01 UTC",
                ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            single(
                    "process_cpu_seconds_total",
                    "counter",
                    "Processor time, user and system",
                    system.getProcessCpuTime() / NANOS);
            single("process_open_fds", "gauge", "Open file descriptors", system.getOpenFileDescriptorCount());
            single("process_max_fds", "gauge", "The most file descriptors", system.getMaxFileDescriptorCount());
        }
        long resident = residentBytes();
        if (resident >= 0) {
            single("process_resident_memory_bytes", "gauge", "Memory that is not paged out", resident);
        }
    }

    /** The resident set as Linux tells it; -1 elsewhere. */
    private static long residentBytes() {
        try {
            for (String line : Files.readAllLines(STATUS, StandardCharsets.US_ASCII)) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
        } catch (IOException | NumberFormatException e) {
            // Not Linux, or a line of another form: the series is left out.
        }
        return -1;
    }

    private void single(String name, String type, String help, long value) {
        begin(name, type, help);
        sample(name, value);
    }

    private void single(String name, String type, String help, double seconds) {
        begin(name, type, help);
        sample(name, seconds);
    }

    private void begin(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private void sample(String series, long value) {
        text.append(series).append(' ').append(value).append('\n');
    }

    private void sample(String series, double seconds) {
        text.append(series)
                .append(' ')
                .append(String.format(Locale.ROOT, "%.6f", seconds))
                .append('\n');
    }
}
