package io.trunkline.node.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.mcp.catalog.Providers;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.spi.Content;
import io.trunkline.node.spi.Resource;
import io.trunkline.node.spi.ResourceProvider;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourcesTest {

    private final TestModule module = new TestModule();

    @ParameterizedTest
    @CsvSource({
        "2024-11-05,false,false,false",
        "2025-03-26,false,false,false",
        "2025-06-18,true,true,false",
        "2025-11-25,true,true,true",
    })
    void showsTheFieldsThatTheVersionKnows(String version, boolean title, boolean meta, boolean icons) {
        try (TestSession session = session(version)) {
            JsonNode list = result(session, "resources/list", "{}").path("resources");
            JsonNode rich = find(list, "uri", TestModule.RICH);
            assertThat(rich.path("name").asText()).isEqualTo("rich");
            assertThat(rich.path("description").asText()).isEqualTo("Has everything.");
            assertThat(rich.path("mimeType").asText()).isEqualTo("text/plain");
            assertThat(rich.path("size").asInt()).isEqualTo(7);
            assertThat(rich.path("annotations").path("audience").toString()).isEqualTo("[\"user\"]");
            assertThat(rich.path("annotations").path("priority").asDouble()).isEqualTo(1);
            assertThat(rich.path("annotations").has("lastModified")).isEqualTo(title);
            assertThat(rich.has("title")).isEqualTo(title);
            assertThat(rich.path("_meta").path("k").asText().equals("v")).isEqualTo(meta);
            assertThat(rich.path("icons").path(0).path("theme").asText().equals("dark"))
                    .isEqualTo(icons);
            JsonNode plain = find(list, "uri", "test://text");
            assertThat(plain.toString())
                    .isEqualTo("{\"uri\":\"test://text\",\"name\":\"test://text\",\"mimeType\":\"text/plain\"}");
        }
    }

    @Test
    void listsTemplates() {
        try (TestSession session = session("2025-11-25")) {
            assertThat(result(session, "resources/templates/list", "{}").toString())
                    .isEqualTo("{\"resourceTemplates\":["
                            + "{\"uriTemplate\":\"test://user/{id}/profile\",\"name\":\"test://user/{id}/profile\","
                            + "\"title\":\"Profile\"},"
                            + "{\"uriTemplate\":\"test://user/{id}/{+path}\",\"name\":\"files\"}]}");
        }
    }

    @Test
    void comesInPagesThatAnotherNodeContinues() {
        List<String> uris = new ArrayList<>();
        String params = "{}";
        for (int page = 0; page < 3; page++) {
            try (TestSession session =
                    new TestSession(TestSettings.withPageSize(4), module.providers()).initialize("2025-11-25")) {
                JsonNode result = result(session, "resources/list", params);
                result.path("resources")
                        .forEach(resource -> uris.add(resource.path("uri").asText()));
                assertThat(result.has("nextCursor")).isEqualTo(page < 2);
                params = "{\"cursor\":" + result.path("nextCursor") + "}";
            }
        }
        assertThat(uris).hasSize(9).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void readsTextsAndBytes() {
        try (TestSession session = session("2025-11-25")) {
            assertThat(read(session, "test://text").path("result").toString())
                    .isEqualTo(
                            "{\"contents\":[{\"uri\":\"test://text\",\"mimeType\":\"text/plain\",\"text\":\"a text\"}]}");
            assertThat(read(session, "test://blob").path("result").toString())
                    .isEqualTo("{\"contents\":[{\"uri\":\"test://blob\",\"blob\":\"Ynl0ZXM=\"}]}");
        }
    }

    @Test
    void readsOnAnotherThreadAndTellsProgressOfTheRequestThatAskedForIt() {
        try (TestSession session = session("2025-11-25")) {
            int number = session.request(
                    5, "resources/read", "{\"uri\":\"" + TestModule.RICH + "\",\"_meta\":{\"progressToken\":\"p\"}}");
            assertThat(session.peer.hasEnded(number)).isFalse();
            session.await(number);
            assertThat(session.peer
                            .answer(number)
                            .path("result")
                            .path("contents")
                            .toString())
                    .isEqualTo("[{\"uri\":\"test://rich\",\"text\":\"first\"},"
                            + "{\"uri\":\"test://rich\",\"mimeType\":\"x/y\",\"blob\":\"AQ==\"}]");
            assertThat(session.peer.told).hasSize(1).allMatch(text -> text.contains("\"progressToken\":\"p\""));
            assertThat(session.peer.relations).containsExactly(number);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "test://user/7/profile,profile of {id=7}",
        "test://user/a%2Fb%20%C3%A9/profile,profile of {id=a/b \u00e9}",
        "'test://user/7/a/b','{id=7, path=a/b}'",
        "'test://user/7/profile/x','{id=7, path=profile/x}'",
    })
    void readsByTemplateTheOneWithMoreTextFirst(String uri, String text) {
        try (TestSession session = session("2025-11-25")) {
            assertThat(read(session, uri).at("/result/contents/0/text").asText())
                    .isEqualTo(text);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "test://nowhere,-32002,Resource not found",
        "test://user/7,-32002,Resource not found",
        "test://user//profile,-32002,Resource not found",
        "test://user/%zz/profile,-32002,Resource not found",
        "test://user/%ff/profile,-32002,Resource not found",
        "test://user/%2/profile,-32002,Resource not found",
        "test://none,-32002,Resource not found",
        "test://gone,-32002,It was here yesterday",
        "test://refused,-32603,Not on Sundays",
        "test://broken,-32603,'resource test://broken failed, reference '",
        "test://huge,-32603,'resource test://huge gave a result that cannot be sent, reference '",
    })
    void failsByTheBook(String uri, int code, String message) {
        try (TestSession session = session("2025-11-25")) {
            JsonNode error = read(session, uri).path("error");
            assertThat(error.path("code").asInt()).isEqualTo(code);
            assertThat(error.path("message").asText()).startsWith(message).doesNotContain("1234");
            assertThat(error.path("data").path("uri").asText()).isEqualTo(code == -32002 ? uri : "");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "resources/list|{'cursor':7}",
                "resources/list|{'cursor':''}",
                "resources/list|{'cursor':'%%%'}",
                "resources/list|{'cursor':'HUGE'}",
                "resources/list|{'cursor':'OTHER LIST'}",
                "resources/list|[]",
                "resources/templates/list|{'cursor':{}}",
                "resources/read|{}",
                "resources/read|null",
                "resources/read|{'uri':7}",
                "resources/read|{'uri':''}",
                "resources/read|{'uri':'HUGE'}",
                "resources/read|{'uri':'test://text','_meta':7}",
                "resources/read|{'uri':'test://text','_meta':{'progressToken':[]}}",
                "resources/subscribe|{}",
                "resources/subscribe|{'uri':null}",
                "resources/subscribe|{'uri':'HUGE'}",
                "resources/unsubscribe|{'uri':[]}",
            })
    void refusesParametersThatItCannotUse(String method, String params) {
        try (TestSession session =
                new TestSession(TestSettings.withPageSize(1), module.providers()).initialize("2025-11-25")) {
            String other = result(session, "resources/templates/list", "{}")
                    .path("nextCursor")
                    .asText();
            assertThat(other).isNotEmpty();
            String json = params.replace('\'', '"')
                    .replace("HUGE", "test://" + "x".repeat(10_000))
                    .replace("OTHER LIST", other);
            JsonNode error =
                    session.peer.answer(session.request(7, method, json)).path("error");
            assertThat(error.path("code").asInt()).isEqualTo(-32602);
            assertThat(error.path("message").asText()).isNotEmpty().hasSizeLessThan(300);
            assertThat(session.events.all).isEmpty();
        }
    }

    @Test
    void theReadingCountsAsInFlightAndCanBeCancelled() {
        try (TestSession session = session("2025-11-25")) {
            int number = session.request(5, "resources/read", "{\"uri\":\"test://slow\"}");
            assertThat(session.conversation.inFlight()).isEqualTo(1);
            JsonNode twice = session.peer
                    .answer(session.request(5, "resources/read", "{\"uri\":\"test://text\"}"))
                    .path("error");
            assertThat(twice.path("code").asInt()).isEqualTo(-32600);
            session.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":5}}");
            assertThat(session.peer.end(number)).isEqualTo("done");
            assertThat(module.slow).isCancelled();
            assertThat(session.conversation.inFlight()).isZero();
        }
    }

    @Test
    void isNotThereWithoutAProvider() {
        try (TestSession session = TestSession.of("2025-11-25")) {
            for (String method : List.of(
                    "resources/list",
                    "resources/templates/list",
                    "resources/read",
                    "resources/subscribe",
                    "prompts/list",
                    "prompts/get",
                    "completion/complete")) {
                assertThat(session.peer
                                .answer(session.request(9, method, "{\"uri\":\"a:b\",\"name\":\"n\"}"))
                                .at("/error/code")
                                .asInt())
                        .as(method)
                        .isEqualTo(-32601);
            }
        }
    }

    @Test
    void cannotBeSubscribedToWhenNothingEverChanges() {
        ResourceProvider fixed = () -> List.of(Resource.at("a:b").text("c"));
        Providers providers = new Providers(List.of(), List.of(fixed), List.of());
        try (TestSession session = new TestSession(McpSettings.DEFAULT, providers)) {
            JsonNode welcome = session.ask("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\","
                    + "\"params\":{\"protocolVersion\":\"2025-11-25\"}}");
            assertThat(welcome.path("result").path("capabilities").toString())
                    .isEqualTo("{\"logging\":{},\"resources\":{}}");
            assertThat(session.peer
                            .answer(session.request(2, "resources/subscribe", "{\"uri\":\"a:b\"}"))
                            .at("/error/code")
                            .asInt())
                    .isEqualTo(-32601);
        }
    }

    @ParameterizedTest
    @CsvSource({"relative", "''", "'a b:c'", "'test://a\nb'"})
    void refusesUrisThatAreNotAbsolute(String uri) {
        assertThatThrownBy(() -> Resource.at(uri).text(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("resource: \"" + uri + "\" (expected: an absolute URI");
    }

    @Test
    void refusesAUriThatTwoProvidersOffer() {
        ResourceProvider one = () -> List.of(Resource.at("a:b").text("1"));
        ResourceProvider two = () -> List.of(Resource.at("a:b").text("2"));
        Providers providers = new Providers(List.of(), List.of(one, two), List.of());
        assertThatThrownBy(() -> McpServer.create(McpSettings.DEFAULT, providers))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("resource a:b: offered by ");
    }

    @Test
    void annotationsAreAddedOnce() {
        Content once = new Content.Text("a").with(io.trunkline.node.spi.Annotations.priority(0));
        assertThatThrownBy(() -> once.with(io.trunkline.node.spi.Annotations.NONE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> io.trunkline.node.spi.Annotations.priority(1.1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1.1");
    }

    private TestSession session(String version) {
        return new TestSession(McpSettings.DEFAULT, module.providers()).initialize(version);
    }

    private static JsonNode read(TestSession session, String uri) {
        int number = session.request(5, "resources/read", "{\"uri\":\"" + uri + "\"}");
        session.await(number);
        return session.peer.answer(number);
    }

    private static JsonNode result(TestSession session, String method, String params) {
        return session.peer.answer(session.request(77, method, params)).path("result");
    }

    private static JsonNode find(JsonNode list, String name, String value) {
        for (JsonNode item : list) {
            if (item.path(name).asText().equals(value)) {
                return item;
            }
        }
        throw new AssertionError(value + " is not in " + list);
    }
}
