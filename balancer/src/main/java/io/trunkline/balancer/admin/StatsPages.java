package io.trunkline.balancer.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.trunkline.protocol.pages.HttpPages;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * The pages of the statistics port: {@code /cluster} for programs, {@code /cluster.txt} and {@code /} for people,
 * {@code /sessions/<id>} for what happened to one session.
 */
final class StatsPages {

    private static final ObjectWriter JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build()
            .writerWithDefaultPrettyPrinter();

    /** The page loads its own script and style and asks its own origin, nothing else. */
    private static final RawHeader CSP = RawHeader.create(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none';"
                    + " form-action 'none'; frame-ancestors 'none'");

    private StatsPages() {}

    static HttpPages of(
            Supplier<CompletionStage<ClusterView>> view,
            Function<String, HttpResponse> session,
            SessionControl control) {
        return HttpPages.builder()
                .page("/cluster", () -> view.get().thenApply(StatsPages::json))
                .page("/cluster.txt", () -> view.get().thenApply(StatsPages::table))
                .page("/sessions", () -> CompletableFuture.completedFuture(control.list()))
                .commands(control::command)
                .folder("/sessions", id -> CompletableFuture.completedFuture(session.apply(id)))
                .page("/", resource("index.html", "text/html; charset=utf-8"))
                .page("/cluster.js", resource("cluster.js", "text/javascript; charset=utf-8"))
                .page("/cluster.css", resource("cluster.css", "text/css; charset=utf-8"))
                .build();
    }

    static HttpResponse json(Object view) {
        try {
            return response(
                    ContentTypes.APPLICATION_JSON,
                    (JSON.writeValueAsString(view) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HttpResponse table(ClusterView view) {
        return response(ContentTypes.TEXT_PLAIN_UTF8, ClusterTable.of(view).getBytes(StandardCharsets.UTF_8));
    }

    /** A file beside this class, read once. */
    private static Supplier<CompletionStage<HttpResponse>> resource(String file, String contentType) {
        try (InputStream in = StatsPages.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + ": not on the class path");
            }
            HttpResponse response =
                    response(ContentTypes.parse(contentType), in.readAllBytes()).addHeader(CSP);
            return () -> CompletableFuture.completedFuture(response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HttpResponse response(ContentType type, byte[] body) {
        return HttpResponse.create().withEntity(HttpEntities.create(type, body));
    }
}
