package io.trunkline.protocol.pages;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpMethod;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fixed set of read-only pages by path, and of folders whose pages are named by the rest of the path: GET and HEAD
 * answer them, every other method gets 405 and every other path 404. POST is for commands, where there are any.
 */
public final class HttpPages {

    private static final Logger LOG = LoggerFactory.getLogger(HttpPages.class);
    private static final List<HttpHeader> HEADERS = List.of(
            RawHeader.create("Cache-Control", "no-store"), RawHeader.create("X-Content-Type-Options", "nosniff"));

    /** What answers POST requests. */
    @FunctionalInterface
    public interface Commands {
        /** The answer, at once; null when the request is for no command. */
        @Nullable
        HttpResponse answer(HttpRequest request);
    }

    private final Map<String, Supplier<CompletionStage<HttpResponse>>> pages;
    private final Map<String, Function<String, CompletionStage<HttpResponse>>> folders;
    private final Commands commands;

    private HttpPages(Builder builder) {
        this.pages = Map.copyOf(builder.pages);
        this.folders = Map.copyOf(builder.folders);
        this.commands = builder.commands;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Collects pages. */
    public static final class Builder {
        private final Map<String, Supplier<CompletionStage<HttpResponse>>> pages = new HashMap<>();
        private final Map<String, Function<String, CompletionStage<HttpResponse>>> folders = new HashMap<>();

        private Commands commands = request -> null;

        private Builder() {}

        /**
         * Answers POST requests with what {@code commands} gives, or as those for pages when it gives null. Answers at
         * once.
         */
        public Builder commands(Commands answer) {
            commands = answer;
            return this;
        }

        /** Answers {@code path} with what {@code page} gives; a failed stage becomes 503. */
        public Builder page(String path, Supplier<CompletionStage<HttpResponse>> page) {
            pages.put(path, page);
            return this;
        }

        /**
         * Answers {@code path} followed by a slash and one more segment with what {@code page} gives for that segment,
         * which anybody may have made up; a failed stage becomes 503.
         */
        public Builder folder(String path, Function<String, CompletionStage<HttpResponse>> page) {
            folders.put(path, page);
            return this;
        }

        public HttpPages build() {
            return new HttpPages(this);
        }
    }

    /** The answer to {@code request}, whose entity the caller discards. */
    public CompletionStage<HttpResponse> answer(HttpRequest request) {
        HttpResponse done = request.method().equals(HttpMethods.POST) ? commands.answer(request) : null;
        if (done != null) {
            return CompletableFuture.completedFuture(done.addHeaders(HEADERS));
        }
        Supplier<CompletionStage<HttpResponse>> page = page(request.getUri().path());
        if (page == null) {
            return CompletableFuture.completedFuture(notFound());
        }
        if (!isRead(request.method())) {
            return CompletableFuture.completedFuture(HttpResponse.create()
                    .withStatus(StatusCodes.METHOD_NOT_ALLOWED)
                    .addHeader(RawHeader.create("Allow", "GET, HEAD"))
                    .withEntity(ContentTypes.TEXT_PLAIN_UTF8, "GET only\n"));
        }
        return called(page).exceptionally(HttpPages::unavailable).thenApply(answer -> answer.addHeaders(HEADERS));
    }

    /** What a page answers when it does not have what was asked for. */
    public static HttpResponse notFound() {
        return HttpResponse.create()
                .withStatus(StatusCodes.NOT_FOUND)
                .withEntity(ContentTypes.TEXT_PLAIN_UTF8, "not found\n");
    }

    private @Nullable Supplier<CompletionStage<HttpResponse>> page(String path) {
        Supplier<CompletionStage<HttpResponse>> page = pages.get(path);
        int slash = path.lastIndexOf('/');
        if (page != null || slash < 0) {
            return page;
        }
        Function<String, CompletionStage<HttpResponse>> folder = folders.get(path.substring(0, slash));
        String name = path.substring(slash + 1);
        return folder == null || name.isEmpty() ? null : () -> folder.apply(name);
    }

    private static CompletionStage<HttpResponse> called(Supplier<CompletionStage<HttpResponse>> page) {
        try {
            return page.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static boolean isRead(HttpMethod method) {
        return method.equals(HttpMethods.GET) || method.equals(HttpMethods.HEAD);
    }

    private static HttpResponse unavailable(Throwable failure) {
        LOG.debug("page failed", failure);
        return HttpResponse.create()
                .withStatus(StatusCodes.SERVICE_UNAVAILABLE)
                .withEntity(ContentTypes.TEXT_PLAIN_UTF8, "not available, try again\n");
    }
}
