package io.trunkline.balancer.auth.keys;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Bounded GETs, as an authorization server is asked: no redirect is followed, and nothing of a client is sent. Blocks.
 */
public final class Fetch {
    /** Bytes of an answer. The largest sets of keys take some tens of KiB. */
    static final int MOST_BYTES = 256 * 1024;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /**
     * What is there.
     *
     * @param deadlineNanos for the whole answer, by {@link System#nanoTime()}
     * @throws IOException when it is not to be had in time, or too large
     */
    byte[] get(URI uri, long deadlineNanos) throws IOException {
        if (!isSafe(uri)) {
            throw new IOException("it is asked by https only");
        }
        HttpRequest request =
                HttpRequest.newBuilder(uri).header("Accept", "application/json").build();
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request, head -> new BoundedBody(MOST_BYTES));
        try {
            HttpResponse<byte[]> response = answer.get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (response.statusCode() != 200) {
                throw new IOException("status " + response.statusCode());
            }
            return response.body();
        } catch (TimeoutException e) {
            throw new IOException("no answer in time", e);
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            answer.cancel(true);
        }
    }

    /**
     * Whether it may be asked: by HTTPS, or on this machine (MCP 2026-07-28, authorization, communication security).
     */
    public static boolean isSafe(URI uri) {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        String host = uri.getHost();
        if (host == null || uri.getRawUserInfo() != null) {
            return false;
        }
        boolean here = host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
        return scheme.equals("https") || (scheme.equals("http") && here);
    }
}
