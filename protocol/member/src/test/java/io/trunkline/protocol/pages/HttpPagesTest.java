package io.trunkline.protocol.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpPagesTest {

    private final HttpPages pages = HttpPages.builder()
            .page("/there", () -> CompletableFuture.completedFuture(HttpResponse.create()))
            .page("/failed", () -> CompletableFuture.failedFuture(new IllegalStateException("late")))
            .page("/thrown", () -> {
                throw new IllegalStateException("early");
            })
            .folder(
                    "/named",
                    name -> CompletableFuture.completedFuture(
                            name.equals("one") ? HttpResponse.create() : HttpPages.notFound()))
            .build();

    @Test
    void aFolderAnswersForTheSegmentBehindIt() {
        assertThat(status(HttpRequest.GET("/named/one"))).isEqualTo(200);
        assertThat(status(HttpRequest.GET("/named/two"))).isEqualTo(404);
        assertThat(status(HttpRequest.GET("/named/"))).isEqualTo(404);
        assertThat(status(HttpRequest.GET("/named"))).isEqualTo(404);
        assertThat(status(HttpRequest.GET("/named/one/more"))).isEqualTo(404);
        assertThat(status(HttpRequest.POST("/named/one"))).isEqualTo(405);
    }

    @Test
    void getAndHeadAreAnswered() {
        assertThat(status(HttpRequest.GET("/there"))).isEqualTo(200);
        assertThat(status(HttpRequest.GET("/there?refresh=1"))).isEqualTo(200);
        assertThat(status(HttpRequest.HEAD("/there"))).isEqualTo(200);
    }

    @Test
    void noAnswerIsCachedOrGuessedAt() {
        assertThat(answer(HttpRequest.GET("/there")).getHeaders())
                .extracting(HttpHeader::name)
                .contains("Cache-Control", "X-Content-Type-Options");
    }

    @Test
    void otherMethodsAreNotAllowed() {
        HttpResponse answer = answer(HttpRequest.POST("/there"));
        assertThat(answer.status().intValue()).isEqualTo(405);
        assertThat(answer.getHeader("Allow").orElseThrow().value()).isEqualTo("GET, HEAD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/there/", "/other", "/../there", "//there"})
    void otherPathsAreNotFound(String path) {
        assertThat(status(HttpRequest.create(path))).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/failed", "/thrown"})
    void aPageThatFailsIsUnavailableAndSaysNothingOfWhy(String path) {
        HttpResponse answer = answer(HttpRequest.GET(path));
        assertThat(answer.status().intValue()).isEqualTo(503);
        assertThat(answer.entity().toString()).doesNotContain("late", "early", "Exception");
    }

    private int status(HttpRequest request) {
        return answer(request).status().intValue();
    }

    private HttpResponse answer(HttpRequest request) {
        return pages.answer(request).toCompletableFuture().join();
    }
}
