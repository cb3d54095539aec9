package io.trunkline.node.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.mcp.catalog.Providers;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.spi.Completion;
import io.trunkline.node.spi.Content;
import io.trunkline.node.spi.Resource;
import io.trunkline.node.spi.ResourceProvider;
import io.trunkline.node.spi.ResourceTemplate;
import io.trunkline.node.spi.UpdateSource;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A URI may be written in several ways (RFC 3986, section 6.2.2), and what is written names the same resource. */
class ResourceSpellingTest implements ResourceProvider, UpdateSource {

    private static final Duration WINDOW = McpSettings.DEFAULT.changes().window();

    private final ManualClock clock = new ManualClock();
    private final Providers providers = new Providers(List.of(), List.of(this), List.of());
    private Consumer<String> updated = uri -> {};

    @Override
    public Collection<Resource> resources() {
        return List.of(
                Resource.at("docs://menu/café")
                        .blocking(read -> List.of(new Content.TextResource(read.uri(), "", "fixed"))),
                Resource.at("DOCS://menu/te%61").text("tea"));
    }

    @Override
    public Collection<ResourceTemplate> resourceTemplates() {
        return List.of(ResourceTemplate.of("docs://ménu/{dish}{?size}")
                .complete("dish", call -> CompletableFuture.completedFuture(Completion.of(List.of("crêpe"))))
                .blocking(read -> List.of(new Content.TextResource(
                        read.uri(), "", read.variables().toString()))));
    }

    @Override
    public void onUpdate(Consumer<String> consumer) {
        updated = consumer;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "docs://menu/café|fixed",
                "docs://menu/caf%C3%A9|fixed",
                "docs://menu/caf%c3%a9|fixed",
                "DOCS://menu/c%61f%C3%A9|fixed",
                "docs://menu/x/../café|fixed",
                "docs://menu/tea|tea",
                "docs://ménu/crêpe|{dish=crêpe}",
                "docs://m%C3%A9nu/cr%C3%AApe|{dish=crêpe}",
                "Docs://m%c3%a9nu/cr%c3%aape?size=1|{dish=crêpe, size=1}",
                "docs://menu/Café|",
                "docs://MENU/café|",
                "docs://menu/cafe|",
            })
    void everySpellingIsRead(String uri, String text) {
        try (TestSession session = session()) {
            int number = session.request(5, "resources/read", "{\"uri\":\"" + uri + "\"}");
            session.await(number);
            JsonNode answer = session.peer.answer(number);
            if (text == null) {
                assertThat(answer.at("/error/code").asInt()).isEqualTo(-32002);
                assertThat(answer.at("/error/data/uri").asText()).isEqualTo(uri);
            } else {
                assertThat(answer.at("/result/contents/0/text").asText()).isEqualTo(text);
            }
        }
    }

    @Test
    void listsKeepWhatWasWritten() {
        try (TestSession session = session()) {
            assertThat(ask(session, "resources/list", "{}").findValuesAsText("uri"))
                    .containsExactly("DOCS://menu/te%61", "docs://menu/café");
            assertThat(ask(session, "resources/templates/list", "{}").findValuesAsText("uriTemplate"))
                    .containsExactly("docs://ménu/{dish}{?size}");
        }
    }

    @Test
    void aHandlerSeesTheUriThatItHasRegistered() {
        try (TestSession session = session()) {
            int number = session.request(5, "resources/read", "{\"uri\":\"docs://menu/caf%C3%A9\"}");
            session.await(number);
            assertThat(session.peer.answer(number).at("/result/contents/0/uri").asText())
                    .isEqualTo("docs://menu/café");
        }
    }

    @Test
    void aSubscriberIsToldByTheUriThatItUsed() {
        try (TestSession session = session()) {
            subscribe(session, "docs://menu/caf%c3%a9");
            subscribe(session, "docs://menu/café");
            subscribe(session, "docs://m%C3%A9nu/x");
            updated.accept("docs://menu/caf%C3%A9");
            updated.accept("Docs://menu/café");
            updated.accept("docs://ménu/x");
            updated.accept("docs://menu/Café");
            assertThat(told(session))
                    .containsExactly(updatedNotice("docs://menu/caf%c3%a9"), updatedNotice("docs://m%C3%A9nu/x"));
            session.server.changedElsewhere(List.of("docs://menu/café"));
            assertThat(told(session)).containsExactly(updatedNotice("docs://menu/caf%c3%a9"));
            ask(session, "resources/unsubscribe", "{\"uri\":\"DOCS://menu/caf%C3%A9\"}");
            updated.accept("docs://menu/café");
            assertThat(told(session)).isEmpty();
        }
    }

    @Test
    void aRequestThatListensIsToldByTheUriThatItUsed() {
        try (TestSession session = new TestSession(providers, clock)) {
            session.send("""
                    {"jsonrpc":"2.0","id":5,"method":"subscriptions/listen","params":{"_meta":{\
                    "io.modelcontextprotocol/protocolVersion":"2026-07-28",\
                    "io.modelcontextprotocol/clientCapabilities":{}},\
                    "notifications":{"resourceSubscriptions":["docs://menu/caf%c3%a9","docs://menu/nothing"]}}}""");
            assertThat(told(session))
                    .singleElement()
                    .satisfies(message ->
                            assertThat(message).contains("\"resourceSubscriptions\":[\"docs://menu/caf%c3%a9\"]"));
            updated.accept("docs://menu/café");
            assertThat(told(session))
                    .singleElement()
                    .satisfies(message -> assertThat(message).endsWith("\"uri\":\"docs://menu/caf%c3%a9\"}}"));
        }
    }

    @Test
    void aTemplateIsCompletedHoweverItIsWritten() {
        try (TestSession session = session()) {
            assertThat(ask(session, "completion/complete", """
                            {"ref":{"type":"ref/resource","uri":"DOCS://m%C3%A9nu/{dish}{?size}"},\
                            "argument":{"name":"dish","value":"c"}}""")
                            .at("/result/completion/values/0")
                            .asText())
                    .isEqualTo("crêpe");
        }
    }

    @Test
    void twoSpellingsOfOneResourceAreOfferedTwice() {
        ResourceProvider other =
                () -> List.of(Resource.at("docs://menu/caf%C3%A9").text(""));
        assertThatThrownBy(() -> McpServer.create(
                        McpSettings.DEFAULT, new Providers(List.of(), List.of(this, other), List.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("resource docs://menu/caf%C3%A9: offered by ");
    }

    private TestSession session() {
        return new TestSession(providers, clock).initialize("2025-11-25");
    }

    private static void subscribe(TestSession session, String uri) {
        assertThat(ask(session, "resources/subscribe", "{\"uri\":\"" + uri + "\"}")
                        .has("result"))
                .isTrue();
    }

    private static JsonNode ask(TestSession session, String method, String params) {
        return session.peer.answer(session.request(5, method, params));
    }

    /** What the client has been told since the last time. */
    private List<String> told(TestSession session) {
        clock.pass(WINDOW);
        session.peer.runTasks();
        List<String> told = List.copyOf(session.peer.told);
        session.peer.told.clear();
        return told;
    }

    private static String updatedNotice(String uri) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":{\"uri\":\"" + uri
                + "\"}}";
    }
}
