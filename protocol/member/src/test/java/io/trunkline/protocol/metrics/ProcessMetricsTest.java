package io.trunkline.protocol.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProcessMetricsTest {
    @Test
    void everySeriesHasItsHelpAndTypeOnceAndBeforeItsSamples() {
        Set<String> described = new HashSet<>();
        for (String line : ProcessMetrics.read().lines().toList()) {
            if (line.startsWith("# HELP ")) {
                assertThat(described.add(line.split(" ", -1)[2])).as(line).isTrue();
            } else if (!line.startsWith("#")) {
                String family = line.replaceAll("[{ ].*", "").replaceAll("_seconds_(count|sum)$", "_seconds");
                assertThat(described).contains(family);
                assertThat(line).matches("[a-z_]+(\\{[a-z]+=\"[^\"]+\"})? -?\\d+(\\.\\d+)?");
            }
        }
    }

    @Test
    void theNamesAreThoseThatDashboardsKnow() {
        List<String> lines = ProcessMetrics.read().lines().toList();
        for (String series : List.of(
                "jvm_memory_used_bytes{area=\"heap\"}",
                "jvm_memory_used_bytes{area=\"nonheap\"}",
                "jvm_threads_current",
                "process_cpu_seconds_total",
                "process_resident_memory_bytes",
                "process_open_fds",
                "process_max_fds",
                "process_start_time_seconds")) {
            assertThat(lines).anyMatch(line -> line.startsWith(series + " ") && !line.endsWith(" 0"));
        }
        assertThat(lines).anyMatch(line -> line.startsWith("jvm_gc_collection_seconds_sum{gc="));
    }
}
