package io.trunkline.balancer.admin;

import io.trunkline.protocol.metrics.Readiness;
import io.trunkline.protocol.pages.HttpPages;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/**
 * The page {@code /health}: status 200 when a new client would be served now, 503 otherwise; its first word is the
 * state.
 */
final class HealthPage {
    private HealthPage() {}

    static HttpPages of(Supplier<Readiness> readiness) {
        return HttpPages.builder()
                .page("/health", () -> CompletableFuture.completedFuture(answer(readiness.get())))
                .build();
    }

    private static HttpResponse answer(Readiness readiness) {
        return HttpResponse.create()
                .withStatus(readiness == Readiness.READY ? StatusCodes.OK : StatusCodes.SERVICE_UNAVAILABLE)
                .withEntity(ContentTypes.TEXT_PLAIN_UTF8, text(readiness));
    }

    private static String text(Readiness readiness) {
        return switch (readiness) {
            case READY -> "serving\n";
            case FULL -> "full: new clients are refused until others have gone; sessions that are open are served\n";
            case DRAINING -> "draining: this balancer is about to leave\n";
            case WAITING -> "not serving: no node takes clients\n";
        };
    }
}
