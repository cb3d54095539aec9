package io.trunkline.protocol.member;

import com.typesafe.config.Config;
import io.trunkline.protocol.metrics.ProcessMetrics;
import io.trunkline.protocol.pages.HttpPages;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kamon.Kamon;
import kamon.prometheus.PrometheusReporter;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * Serves what Kamon holds and what the process uses at {@code GET /metrics} in the Prometheus text format, version
 * 0.0.4.
 *
 * <p>Kamon is one per JVM: the first member starts it and it lives as long as the JVM, so two members in one
 * JVM, as in tests, show each other's numbers and tell them apart by the tag {@code member}.
 */
final class PrometheusEndpoint {

    private static final ContentType TEXT_FORMAT = ContentTypes.parse("text/plain; version=0.0.4; charset=utf-8");

    private static @org.jspecify.annotations.Nullable PrometheusReporter reporter;

    private PrometheusEndpoint() {}

    /** Starts Kamon unless it runs. */
    static synchronized PrometheusReporter startKamon(Config config) {
        if (reporter == null) {
            Kamon.initWithoutAttaching(config);
            reporter = PrometheusReporter.create();
            Kamon.addReporter("prometheus", reporter);
        }
        return reporter;
    }

    static CompletionStage<HostPort> bind(
            ActorSystem<?> system, MemberSettings.Network network, PrometheusReporter reporter) {
        HttpPages pages = HttpPages.builder()
                .page("/metrics", () -> CompletableFuture.completedFuture(scrape(reporter)))
                .build();
        return HttpListener.bind(
                system,
                "prometheus",
                new HostPort(network.adminHost(), network.prometheusPort()),
                "TRUNKLINE_PROMETHEUS_PORT",
                pages);
    }

    private static HttpResponse scrape(PrometheusReporter reporter) {
        byte[] text = (reporter.scrapeData() + ProcessMetrics.read()).getBytes(StandardCharsets.UTF_8);
        return HttpResponse.create().withEntity(HttpEntities.create(TEXT_FORMAT, text));
    }
}
