package io.trunkline.load.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.load.measure.Counters;
import io.trunkline.load.measure.Latencies;
import io.trunkline.load.measure.Loaded;
import io.trunkline.load.measure.Placement;
import io.trunkline.load.plan.LoadPlan;
import java.math.BigDecimal;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** The report as one JSON object of schema {@value #SCHEMA}: members are only ever added within a schema. */
public final class JsonReport {
    static final String SCHEMA = "trunkline.load/1";

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private JsonReport() {}

    public static String of(Report report) {
        ObjectNode root = JSON.createObjectNode();
        root.put("schema", SCHEMA);
        root.put("started_at", report.startedAt().toString());
        plan(root.putObject("plan"), report);
        ramp(root.putObject("ramp"), report);
        Loaded loaded = report.loaded();
        if (loaded == null) {
            root.putNull("load");
        } else {
            load(root.putObject("load"), loaded);
        }
        Placement placement = report.placement();
        if (placement.sources() == 0) {
            root.putNull("distribution");
        } else {
            distribution(root.putObject("distribution"), placement);
        }
        totals(root.putObject("totals"), report.totals().counters());
        root.put("errors_total", report.errorsTotal());
        report.totals().errors().forEach(root.putObject("errors")::put);
        try {
            return JSON.writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("report cannot be written", e);
        }
    }

    private static void plan(ObjectNode node, Report report) {
        LoadPlan plan = report.plan();
        node.put("target", plan.host() + ":" + plan.port())
                .put("connections", plan.connections())
                .put("sources", plan.sources())
                .put("processes", report.processes())
                .put("threads", plan.threads())
                .put("request", plan.request().name().toLowerCase(Locale.ROOT))
                .put("expect", plan.expect().name().toLowerCase(Locale.ROOT))
                .put("opening", plan.opening().name().toLowerCase(Locale.ROOT))
                .put("payload_bytes", plan.requestLine().length());
        if (plan.pace().openLoop()) {
            node.putNull("in_flight").put("rate", number(plan.pace().rate()));
        } else {
            node.put("in_flight", plan.pace().inFlight()).putNull("rate");
        }
        node.put("ramp_rate", number(plan.rampRate()))
                .put("warmup_seconds", number(plan.warmupSeconds()))
                .put("hold_seconds", number(report.holdSeconds()))
                .put("timeout_seconds", number(plan.timeoutSeconds()))
                .put("transport", plan.carrier().name().toLowerCase(Locale.ROOT));
    }

    private static void ramp(ObjectNode node, Report report) {
        node.put("seconds", number(report.ramped().seconds()))
                .put("opened", report.ramped().opened())
                .put("opened_per_second", number(report.openedPerSecond()));
        percentiles(
                node.putObject("open_time_us"), Latencies.decode(report.ramped().openTime()));
    }

    private static void load(ObjectNode node, Loaded loaded) {
        Counters counters = loaded.counters();
        node.put("seconds", number(loaded.seconds()))
                .put("sent", counters.sent())
                .put("answered", counters.answered())
                .put("messages_per_second", number(Report.perSecond(counters.answered(), loaded)))
                .put("bytes_out_per_second", number(Report.perSecond(counters.bytesOut(), loaded)))
                .put("bytes_in_per_second", number(Report.perSecond(counters.bytesIn(), loaded)))
                .put("generator_cpus", number(Report.cpus(loaded)))
                .put("generator_late_us", number(loaded.stallSeconds() * 1e6))
                .put("backlog_max", loaded.maxBacklog())
                .put("skipped", counters.skipped());
        percentiles(node.putObject("latency_us"), Latencies.decode(loaded.latency()));
    }

    private static void percentiles(ObjectNode node, Histogram histogram) {
        node.put("mean", number(histogram.getMean() / 1e3))
                .put("p50", number(histogram.getValueAtPercentile(50) / 1e3))
                .put("p95", number(histogram.getValueAtPercentile(95) / 1e3))
                .put("p99", number(histogram.getValueAtPercentile(99) / 1e3))
                .put("p999", number(histogram.getValueAtPercentile(99.9) / 1e3))
                .put("max", number(histogram.getMaxValue() / 1e3));
    }

    private static void distribution(ObjectNode node, Placement placement) {
        placement.byNode().forEach(node.putObject("nodes")::put);
        node.put("deviation_percent", number(placement.deviationPercent()))
                .put("sources", placement.sources())
                .put("sources_on_one_node", placement.sourcesOnOneNode());
    }

    private static void totals(ObjectNode node, Counters counters) {
        node.put("connected", counters.connected())
                .put("opened", counters.opened())
                .put("open_at_end", counters.open())
                .put("sent", counters.sent())
                .put("answered", counters.answered())
                .put("bytes_out", counters.bytesOut())
                .put("bytes_in", counters.bytesIn())
                .put("notices", counters.notices());
    }

    private static BigDecimal number(double value) {
        return new BigDecimal(CsvReport.number(value));
    }
}
