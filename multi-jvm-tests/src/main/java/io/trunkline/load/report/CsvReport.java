package io.trunkline.load.report;

import io.trunkline.load.measure.Counters;
import io.trunkline.load.measure.Latencies;
import io.trunkline.load.measure.Loaded;
import io.trunkline.load.measure.Placement;
import io.trunkline.load.plan.LoadPlan;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The report as one row of CSV (RFC 4180): one run, one row, columns that only ever grow at the end. */
public final class CsvReport {
    private CsvReport() {}

    /** Names and values in the order of the columns; what does not apply to a run is empty. */
    static Map<String, String> columns(Report report) {
        LoadPlan plan = report.plan();
        Map<String, String> row = new LinkedHashMap<>();
        row.put("started_at", report.startedAt().toString());
        row.put("target", plan.host() + ":" + plan.port());
        row.put("connections", String.valueOf(plan.connections()));
        row.put("sources", String.valueOf(plan.sources()));
        row.put("processes", String.valueOf(report.processes()));
        row.put("request", plan.request().name().toLowerCase(Locale.ROOT));
        row.put("payload_bytes", String.valueOf(plan.requestLine().length()));
        row.put(
                "in_flight",
                plan.pace().openLoop() ? "" : String.valueOf(plan.pace().inFlight()));
        row.put("rate", plan.pace().openLoop() ? number(plan.pace().rate()) : "");
        row.put("opened", String.valueOf(report.ramped().opened()));
        row.put("opened_per_second", number(report.openedPerSecond()));
        load(row, report.loaded());
        Placement placement = report.placement();
        boolean placed = placement.sources() > 0;
        row.put("nodes", placed ? String.valueOf(placement.byNode().size()) : "");
        row.put("deviation_percent", placed ? number(placement.deviationPercent()) : "");
        row.put("sources_on_one_node", placed ? String.valueOf(placement.sourcesOnOneNode()) : "");
        row.put("errors_total", String.valueOf(report.errorsTotal()));
        row.put(
                "errors",
                report.totals().errors().entrySet().stream()
                        .map(error -> error.getKey() + "=" + error.getValue())
                        .collect(Collectors.joining(";")));
        row.put("transport", plan.carrier().name().toLowerCase(Locale.ROOT));
        return row;
    }

    private static void load(Map<String, String> row, @Nullable Loaded loaded) {
        Counters counters = loaded == null ? Counters.ZERO : loaded.counters();
        Histogram latency = loaded == null ? Latencies.histogram() : Latencies.decode(loaded.latency());
        row.put("seconds", loaded == null ? "" : number(loaded.seconds()));
        row.put("messages_per_second", loaded == null ? "" : number(Report.perSecond(counters.answered(), loaded)));
        row.put("bytes_out_per_second", loaded == null ? "" : number(Report.perSecond(counters.bytesOut(), loaded)));
        row.put("bytes_in_per_second", loaded == null ? "" : number(Report.perSecond(counters.bytesIn(), loaded)));
        row.put("p50_us", loaded == null ? "" : micros(latency.getValueAtPercentile(50)));
        row.put("p95_us", loaded == null ? "" : micros(latency.getValueAtPercentile(95)));
        row.put("p99_us", loaded == null ? "" : micros(latency.getValueAtPercentile(99)));
        row.put("p999_us", loaded == null ? "" : micros(latency.getValueAtPercentile(99.9)));
        row.put("max_us", loaded == null ? "" : micros(latency.getMaxValue()));
        row.put("generator_cpus", loaded == null ? "" : number(Report.cpus(loaded)));
        row.put("generator_late_us", loaded == null ? "" : number(loaded.stallSeconds() * 1e6));
        row.put("backlog_max", loaded == null ? "" : String.valueOf(loaded.maxBacklog()));
        row.put("skipped", loaded == null ? "" : String.valueOf(counters.skipped()));
    }

    public static String header(Report report) {
        return String.join(",", columns(report).keySet());
    }

    public static String row(Report report) {
        return columns(report).values().stream().map(CsvReport::quoted).collect(Collectors.joining(","));
    }

    private static String quoted(String value) {
        return value.matches("[^,\"\r\n]*") ? value : '"' + value.replace("\"", "\"\"") + '"';
    }

    private static String micros(long nanos) {
        return number(nanos / 1e3);
    }

    static String number(double value) {
        return BigDecimal.valueOf(value)
                .setScale(2, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }
}
