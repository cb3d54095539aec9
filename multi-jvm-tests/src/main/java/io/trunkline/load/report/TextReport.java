package io.trunkline.load.report;

import static io.trunkline.load.report.Units.bytes;
import static io.trunkline.load.report.Units.count;
import static io.trunkline.load.report.Units.nanos;
import static io.trunkline.load.report.Units.seconds;

import io.trunkline.load.measure.Counters;
import io.trunkline.load.measure.Latencies;
import io.trunkline.load.measure.Loaded;
import io.trunkline.load.measure.Placement;
import io.trunkline.load.plan.LoadPlan;
import io.trunkline.load.plan.Pace;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** The report as a table for people, at most {@value #COLUMNS} columns wide. */
public final class TextReport {
    static final int COLUMNS = 100;

    private final Report report;
    private final StringBuilder text = new StringBuilder();

    private TextReport(Report report) {
        this.report = report;
    }

    public static String of(Report report) {
        return new TextReport(report).write();
    }

    private String write() {
        plan();
        ramp();
        if (report.holdSeconds() > 0) {
            row("hold", tenths(report.holdSeconds()) + " idle");
        }
        Loaded loaded = report.loaded();
        if (loaded != null) {
            load(loaded);
        }
        placement();
        errors();
        return text.toString();
    }

    private void plan() {
        LoadPlan plan = report.plan();
        row(
                "target",
                plan.host() + ":" + plan.port()
                        + (plan.carrier().isHttp() ? " (" + plan.carrier().label() + ")" : ""));
        row(
                "clients",
                count(plan.connections()) + " connections"
                        + (plan.sources() > 0 ? " from " + plan.sources() + " addresses" : "")
                        + ", processes " + report.processes() + ", event loops " + plan.threads() + " each");
        if (report.loaded() != null) {
            row(
                    "requests",
                    plan.request().name().toLowerCase(Locale.ROOT) + " of "
                            + count(plan.requestLine().length()) + " bytes, " + pace(plan.pace()));
        }
    }

    private static String pace(Pace pace) {
        return pace.openLoop()
                ? "open loop, " + count(pace.rate()) + " per second"
                : "closed loop, " + count(pace.inFlight()) + " in flight";
    }

    private void ramp() {
        Histogram open = Latencies.decode(report.ramped().openTime());
        row(
                "ramp",
                count(report.ramped().opened()) + " of " + count(report.plan().connections()) + " open in "
                        + tenths(report.ramped().seconds()) + ", "
                        + count(report.openedPerSecond()) + " opened/s");
        if (open.getTotalCount() > 0) {
            row("", "time to open     " + percentiles(open));
        }
    }

    private void load(Loaded loaded) {
        if (loaded.seconds() == 0) {
            row("load", "ended before the measurement began");
            return;
        }
        Counters counters = loaded.counters();
        row(
                "load",
                count(Report.perSecond(counters.answered(), loaded)) + " messages/s answered in "
                        + tenths(loaded.seconds()) + " (after "
                        + seconds(report.plan().warmupSeconds()) + " of warm-up)");
        row(
                "",
                "bytes            out " + bytes(Report.perSecond(counters.bytesOut(), loaded)) + "/s   in "
                        + bytes(Report.perSecond(counters.bytesIn(), loaded)) + "/s");
        row("", "latency          " + percentiles(Latencies.decode(loaded.latency())));
        row(
                "",
                String.format(
                        Locale.ROOT,
                        "generator        %.2f of %d event loops busy, late by at most %s",
                        Report.cpus(loaded),
                        report.plan().threads() * report.processes(),
                        nanos((long) (loaded.stallSeconds() * 1e9))));
        if (report.plan().pace().openLoop()) {
            row(
                    "",
                    "backlog          at most " + count(loaded.maxBacklog()) + " due and unsent, "
                            + count(counters.skipped()) + " skipped");
        }
    }

    private static String percentiles(Histogram histogram) {
        return "P50 " + nanos(histogram.getValueAtPercentile(50))
                + "   P95 " + nanos(histogram.getValueAtPercentile(95))
                + "   P99 " + nanos(histogram.getValueAtPercentile(99))
                + "   P99.9 " + nanos(histogram.getValueAtPercentile(99.9))
                + "   max " + nanos(histogram.getMaxValue());
    }

    private void placement() {
        Placement placement = report.placement();
        Map<String, Long> nodes = placement.byNode();
        if (nodes.isEmpty()) {
            return;
        }
        double even = report.ramped().opened() / (double) nodes.size();
        String label = "nodes";
        for (Map.Entry<String, Long> node : nodes.entrySet()) {
            row(
                    label,
                    String.format(
                            Locale.ROOT,
                            "%-20s %,10d connections   %+6.2f %% from even",
                            shortened(node.getKey(), 20),
                            node.getValue(),
                            (node.getValue() - even) / even * 100));
            label = "";
        }
        row(
                "sources",
                count(placement.sourcesOnOneNode()) + " of " + count(placement.sources())
                        + " have all their connections on one node");
    }

    private void errors() {
        if (report.errorsTotal() == 0) {
            row("errors", "none");
            return;
        }
        String label = "errors";
        for (Map.Entry<String, Long> error : largestFirst(report.totals().errors())) {
            row(label, String.format(Locale.ROOT, "%,12d  %s", error.getValue(), error.getKey()));
            label = "";
        }
    }

    private static String tenths(double seconds) {
        return seconds(Math.max(0.1, Math.rint(seconds * 10) / 10));
    }

    private static List<Map.Entry<String, Long>> largestFirst(Map<String, Long> errors) {
        return errors.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .toList();
    }

    private void row(String label, String value) {
        text.append(shortened(String.format(Locale.ROOT, "%-10s", label) + value, COLUMNS))
                .append('\n');
    }

    private static String shortened(String words, int length) {
        return words.length() > length ? words.substring(0, length - 3) + "..." : words;
    }
}
