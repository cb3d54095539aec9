package io.trunkline.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Asks a member's HTTP endpoints, and takes no answer for an answer: the member may not be there yet. */
final class HttpProbe {

    private static final Duration DEADLINE = Duration.ofSeconds(2);
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().connectTimeout(DEADLINE).build();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int NOTHING = -1;

    private HttpProbe() {}

    /** The status of a GET; -1 when nobody answers within 2 s. */
    static int status(String host, int port, String path) {
        return get(host, port, path).map(HttpResponse::statusCode).orElse(NOTHING);
    }

    /** The document that a GET returns with status 200. */
    static Optional<JsonNode> json(String host, int port, String path) {
        return get(host, port, path)
                .filter(response -> response.statusCode() == 200)
                .map(HttpResponse::body)
                .map(HttpProbe::parse);
    }

    /** The whole number that a gauge without labels to choose by has at a Prometheus endpoint; 0 when it has none. */
    static int gauge(String host, int port, String name) {
        return (int) series(host, port).entrySet().stream()
                .filter(series ->
                        series.getKey().equals(name) || series.getKey().startsWith(name + "{"))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** All series of a Prometheus endpoint with their labels, as whole numbers; empty when it does not answer. */
    static Map<String, Long> series(String host, int port) {
        Map<String, Long> series = new LinkedHashMap<>();
        get(host, port, "/metrics").map(HttpResponse::body).stream()
                .flatMap(String::lines)
                .filter(line -> !line.startsWith("#") && line.contains(" "))
                .forEach(line -> {
                    int value = line.lastIndexOf(' ') + 1;
                    series.put(line.substring(0, value - 1), (long) Double.parseDouble(line.substring(value)));
                });
        return series;
    }

    /** The status of a PUT of a form; -1 when nobody answers within 2 s. */
    static int put(String host, int port, String path, String form) {
        return send(to(host, port, path)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .PUT(HttpRequest.BodyPublishers.ofString(form)))
                .map(HttpResponse::statusCode)
                .orElse(NOTHING);
    }

    private static JsonNode parse(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new ClusterException("not JSON: " + body, e);
        }
    }

    private static Optional<HttpResponse<String>> get(String host, int port, String path) {
        return send(to(host, port, path));
    }

    private static HttpRequest.Builder to(String host, int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://" + host + ":" + port + path));
    }

    private static Optional<HttpResponse<String>> send(HttpRequest.Builder request) {
        try {
            return Optional.of(CLIENT.send(request.timeout(DEADLINE).build(), BodyHandlers.ofString()));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
