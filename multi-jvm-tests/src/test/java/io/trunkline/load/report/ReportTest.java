package io.trunkline.load.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trunkline.load.measure.Counters;
import io.trunkline.load.measure.Latencies;
import io.trunkline.load.measure.Loaded;
import io.trunkline.load.measure.Ramped;
import io.trunkline.load.measure.Snapshot;
import io.trunkline.load.plan.Carrier;
import io.trunkline.load.plan.Expect;
import io.trunkline.load.plan.LoadPlan;
import io.trunkline.load.plan.Opening;
import io.trunkline.load.plan.Pace;
import io.trunkline.load.plan.RequestKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Map<String, Map<String, Long>> SPREAD =
            Map.of("127.0.0.1", Map.of("node-1", 51L), "127.0.0.2", Map.of("node-2", 49L));

    @Test
    void textTellsTheRunWithin100Columns() {
        String text = TextReport.of(report(
                loaded(), SPREAD, Map.of("closed.reset", 12L, "rpc -32001 " + "very long words ".repeat(10), 7L)));

        assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
        assertThat(text)
                .contains("ping of 64 bytes, closed loop, 256 in flight")
                .contains("100 of 100 open in 0.5 s, 200 opened/s")
                .contains("20,000 messages/s answered in 10 s")
                .contains("P50 1.50 ms")
                .contains("0.45 of 1 event loops busy, late by at most 2.00 ms")
                .containsPattern("node-1 +51 connections +\\+2.00 % from even")
                .contains("2 of 2 have all their connections on one node")
                .containsPattern("errors +12  closed.reset\n");
    }

    @Test
    void textWithoutLoadShowsTheRampAlone() {
        assertThat(TextReport.of(report(null, Map.of(), Map.of())))
                .contains("ramp")
                .contains("errors    none")
                .doesNotContain("messages/s");
    }

    @Test
    void csvHasOneValuePerColumn() {
        Report report = report(loaded(), SPREAD, Map.of("rpc -32001 node lost, retry", 2L));
        String header = CsvReport.header(report);

        assertThat(header)
                .isEqualTo("started_at,target,connections,sources,processes,request,payload_bytes,in_flight,rate,"
                        + "opened,opened_per_second,seconds,messages_per_second,bytes_out_per_second,"
                        + "bytes_in_per_second,p50_us,p95_us,p99_us,p999_us,max_us,generator_cpus,"
                        + "generator_late_us,backlog_max,skipped,"
                        + "nodes,deviation_percent,sources_on_one_node,errors_total,errors,transport");
        assertThat(CsvReport.row(report))
                .startsWith("2026-01-02T03:04:05Z,127.0.0.1:8000,100,2,1,ping,64,256,,100,200,10,20000,")
                .endsWith(",2,2,2,2,\"rpc -32001 node lost, retry=2\",tcp");
        assertThat(CsvReport.columns(report(null, Map.of(), Map.of())).keySet())
                .isEqualTo(CsvReport.columns(report).keySet());
    }

    @Test
    void jsonIsTheDocumentedSchema() throws IOException {
        JsonNode json =
                new ObjectMapper().readTree(JsonReport.of(report(loaded(), SPREAD, Map.of("closed.reset", 1L))));

        assertThat(json.path("schema").asText()).isEqualTo("trunkline.load/1");
        assertThat(json.at("/plan/in_flight").asInt()).isEqualTo(256);
        assertThat(json.at("/plan/rate").isNull()).isTrue();
        assertThat(json.at("/ramp/opened_per_second").asDouble()).isEqualTo(200);
        assertThat(json.at("/load/messages_per_second").asDouble()).isEqualTo(20_000);
        assertThat(json.at("/load/latency_us/p50").asDouble()).isBetween(1_499.0, 1_501.0);
        assertThat(json.at("/distribution/nodes/node-2").asInt()).isEqualTo(49);
        assertThat(json.at("/errors/closed.reset").asInt()).isEqualTo(1);
        assertThat(json.at("/totals/open_at_end").asInt()).isEqualTo(100);
    }

    @Test
    void jsonWithoutLoadOrDistributionSaysNull() throws IOException {
        JsonNode json = new ObjectMapper().readTree(JsonReport.of(report(null, Map.of(), Map.of())));

        assertThat(json.path("load").isNull()).isTrue();
        assertThat(json.path("distribution").isNull()).isTrue();
    }

    @Test
    void progressIsOneLinePerSecondUnlessThereIsATerminal() {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        Progress progress = new Progress(new PrintStream(written, true, UTF_8), false);
        progress.phase("load");
        progress.show(snapshot(Map.of()));
        progress.show(snapshot(Map.of("closed.reset", 3L)));

        assertThat(written.toString(UTF_8).lines())
                .hasSize(2)
                .last()
                .asString()
                .contains("2 s")
                .endsWith("3 errors");
    }

    @Test
    void progressStaysOnOneLineOfATerminal() {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        Progress progress = new Progress(new PrintStream(written, true, UTF_8), true);
        progress.phase("load");
        progress.show(snapshot(Map.of()));
        progress.show(snapshot(Map.of()));
        progress.end();

        assertThat(written.toString(UTF_8))
                .containsOnlyOnce(System.lineSeparator())
                .startsWith("\rload");
    }

    private static Snapshot snapshot(Map<String, Long> errors) {
        return new Snapshot(new Counters(100, 100, 100, 200_000, 200_000, 1, 1, 0, 0, 0), errors, latency());
    }

    private static Loaded loaded() {
        return new Loaded(
                10,
                4.5,
                0.002,
                new Counters(0, 0, 100, 200_000, 200_000, 12_800_000, 12_000_000, 0, 0, 0),
                latency(),
                0);
    }

    private static String latency() {
        Histogram histogram = Latencies.histogram();
        Latencies.record(histogram, 1_500_000);
        return Latencies.encode(histogram);
    }

    private static Report report(
            @Nullable Loaded loaded, Map<String, Map<String, Long>> spread, Map<String, Long> errors) {
        LoadPlan plan = new LoadPlan(
                "127.0.0.1",
                8000,
                Carrier.TCP,
                0,
                100,
                2,
                1,
                RequestKind.PING,
                Expect.RESPONSE,
                64,
                Pace.closed(256),
                Opening.PROBE,
                0,
                1,
                10,
                10);
        return new Report(
                Instant.parse("2026-01-02T03:04:05Z"),
                plan,
                1,
                0,
                new Ramped(0.5, 100, latency(), spread),
                loaded,
                snapshot(errors));
    }
}
