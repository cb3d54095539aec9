package io.trunkline.node.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.spi.Completion;
import io.trunkline.node.spi.Prompt;
import io.trunkline.node.spi.PromptBuilder;
import io.trunkline.node.spi.PromptResult;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptsTest {

    private final TestModule module = new TestModule();

    @ParameterizedTest
    @CsvSource({"2024-11-05,false,false", "2025-03-26,false,false", "2025-06-18,true,false", "2025-11-25,true,true"})
    void showsTheFieldsThatTheVersionKnows(String version, boolean title, boolean icons) {
        try (TestSession session = session(version)) {
            JsonNode prompts = ask(session, "prompts/list", "{}").at("/result/prompts");
            assertThat(prompts)
                    .extracting(prompt -> prompt.path("name").asText())
                    .containsExactly("everything", "greet", "picky");
            assertThat(prompts.path(0).path("description").asText()).isEqualTo("Has everything.");
            assertThat(prompts.path(0).has("title")).isEqualTo(title);
            assertThat(prompts.path(0).path("_meta").has("k")).isEqualTo(title);
            assertThat(prompts.path(0).has("icons")).isEqualTo(icons);
            assertThat(prompts.path(0).has("arguments")).isFalse();
            JsonNode name = prompts.path(1).path("arguments").path(0);
            assertThat(name.path("required").asBoolean()).isTrue();
            assertThat(name.path("description").asText()).isEqualTo("Who.");
            assertThat(name.has("title")).isEqualTo(title);
            assertThat(prompts.at("/1/arguments/1/required").asBoolean(true)).isFalse();
        }
    }

    @Test
    void carriesEveryKindOfContent() {
        try (TestSession session = session("2025-11-25")) {
            assertThat(ask(session, "prompts/get", "{\"name\":\"everything\"}")
                            .path("result")
                            .toString())
                    .isEqualTo("{\"description\":\"Has everything.\",\"messages\":["
                            + "{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":\"text\"}},"
                            + "{\"role\":\"assistant\",\"content\":{\"type\":\"text\",\"text\":\"hints\",\"annotations\":"
                            + "{\"audience\":[\"user\",\"assistant\"],\"priority\":0.5,"
                            + "\"lastModified\":\"2025-01-12T15:00:58Z\"},\"_meta\":{\"a/b\":1}}},"
                            + "{\"role\":\"user\",\"content\":{\"type\":\"image\",\"data\":\"AQI=\","
                            + "\"mimeType\":\"image/png\"}},"
                            + "{\"role\":\"user\",\"content\":{\"type\":\"audio\",\"data\":\"Aw==\","
                            + "\"mimeType\":\"audio/wav\"}},"
                            + "{\"role\":\"user\",\"content\":{\"type\":\"resource\",\"resource\":{\"uri\":\"test://t\","
                            + "\"mimeType\":\"text/plain\",\"text\":\"in it\"}}},"
                            + "{\"role\":\"user\",\"content\":{\"type\":\"resource\",\"resource\":{\"uri\":\"test://b\","
                            + "\"blob\":\"BA==\"}}},"
                            + "{\"role\":\"user\",\"content\":{\"type\":\"resource_link\",\"uri\":\"test://l\","
                            + "\"name\":\"link\",\"mimeType\":\"text/plain\"}}],\"_meta\":{\"r\":1}}");
        }
    }

    @Test
    void tellsAnOldClientWithTextWhatItDoesNotKnow() {
        try (TestSession session = session("2024-11-05")) {
            JsonNode messages =
                    ask(session, "prompts/get", "{\"name\":\"everything\"}").at("/result/messages");
            assertThat(messages.at("/1/content").toString())
                    .isEqualTo("{\"type\":\"text\",\"text\":\"hints\",\"annotations\":"
                            + "{\"audience\":[\"user\",\"assistant\"],\"priority\":0.5}}");
            assertThat(messages.at("/3/content/text").asText()).contains("audio/wav");
            assertThat(messages.at("/6/content/text").asText()).contains("test://l");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'name':'Ada'}|{name=Ada}",
                "{'name':'','mood':null}|",
                "{'name':'','unknown':'x'}|{name=}",
                "{'mood':'x'}|",
                "{'name':7}|",
                "{'name':{}}|",
                "[]|",
                "'name'|",
                "null|",
            })
    void checksArguments(String arguments, String seen) {
        try (TestSession session = session("2025-11-25")) {
            JsonNode answer = ask(
                    session, "prompts/get", "{\"name\":\"greet\",\"arguments\":" + arguments.replace('\'', '"') + "}");
            assertThat(answer.at("/error/code").asInt()).isEqualTo(seen == null ? -32602 : 0);
            assertThat(answer.at("/result/messages/0/content/text").asText())
                    .isEqualTo(seen == null ? "" : "Hello " + seen);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "prompts/get|{}",
                "prompts/get|{'name':7}",
                "prompts/get|{'name':'no such prompt'}",
                "prompts/get|{'name':'picky','arguments':{'n':'x'}}",
                "prompts/list|{'cursor':'eA'}",
                "prompts/list|{'cursor':false}",
                "completion/complete|{}",
                "completion/complete|{'ref':7,'argument':{'name':'name','value':''}}",
                "completion/complete|{'ref':{'type':'ref/prompt','name':'greet'}}",
                "completion/complete|{'ref':{'type':'ref/prompt','name':'greet'},'argument':{'name':'name'}}",
                "completion/complete|{'ref':{'type':'ref/prompt','name':'greet'},'argument':{'name':'x','value':''}}",
                "completion/complete|{'ref':{'type':'ref/prompt','name':'x'},'argument':{'name':'name','value':''}}",
                "completion/complete|{'ref':{'type':'ref/tool','name':'x'},'argument':{'name':'name','value':''}}",
                "completion/complete|{'ref':{'type':'ref/resource','uri':'x:y'},'argument':{'name':'name','value':''}}",
                "completion/complete|{'ref':{'type':'ref/prompt','name':'greet'},'argument':{'name':'name','value':''},'context':7}",
                "completion/complete|{'ref':{'type':'ref/prompt','name':'greet'},'argument':{'name':'name','value':''},"
                        + "'context':{'arguments':{'a':1}}}",
            })
    void refusesParametersThatItCannotUse(String method, String params) {
        try (TestSession session = session("2025-11-25")) {
            JsonNode error = ask(session, method, params.replace('\'', '"')).path("error");
            assertThat(error.path("code").asInt()).isEqualTo(-32602);
            assertThat(error.path("message").asText()).isNotEmpty();
            assertThat(session.events.all).isEmpty();
        }
    }

    @Test
    void completesArgumentsOfPrompts() {
        try (TestSession session = session("2025-11-25")) {
            assertThat(complete(session, "{\"type\":\"ref/prompt\",\"name\":\"greet\"}", "name", "a", "{}"))
                    .isEqualTo("{\"values\":[\"Ada\",\"Alan\"],\"total\":2,\"hasMore\":false}");
            assertThat(complete(session, "{\"type\":\"ref/prompt\",\"name\":\"greet\"}", "mood", "a", "{}"))
                    .isEqualTo("{\"values\":[],\"total\":0,\"hasMore\":false}");
        }
    }

    @Test
    void completesVariablesOfTemplatesWithAtMostAHundredValues() {
        try (TestSession session = session("2025-11-25")) {
            String reference = "{\"type\":\"ref/resource\",\"uri\":\"test://user/{id}/{+path}\"}";
            JsonNode completion =
                    FakePeer.json(complete(session, reference, "id", "u", "{\"arguments\":{\"path\":\"p\"}}"));
            assertThat(completion.path("values")).hasSize(100);
            assertThat(completion.path("values").path(99).asText()).isEqualTo("u99{path=p}");
            assertThat(completion.path("total").asInt()).isEqualTo(150);
            assertThat(completion.path("hasMore").asBoolean()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"2024-11-05,false", "2025-03-26,true", "2025-11-25,true"})
    void announcesWhatThereIs(String version, boolean completions) {
        try (TestSession session = new TestSession(McpSettings.DEFAULT, module.providers())) {
            String welcome = session.ask("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\","
                            + "\"params\":{\"protocolVersion\":\"" + version + "\"}}")
                    .at("/result/capabilities")
                    .toString();
            assertThat(welcome)
                    .isEqualTo("{\"logging\":{},\"tools\":{\"listChanged\":true},"
                            + "\"resources\":{\"subscribe\":true,\"listChanged\":true},"
                            + "\"prompts\":{\"listChanged\":true}" + (completions ? ",\"completions\":{}}" : "}"));
        }
    }

    @Test
    void refusesDefinitionsThatCannotWork() {
        PromptBuilder twice = Prompt.named("p").required("a", "1").optional("a", "2");
        assertThatThrownBy(() -> twice.blocking(call -> PromptResult.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("argument a of prompt p: twice (expected: once)");
        assertThatThrownBy(() -> Prompt.named(" ").blocking(call -> PromptResult.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("prompt name: ");
        assertThatThrownBy(() -> Prompt.named("p").complete(call -> CompletableFuture.completedFuture(Completion.NONE)))
                .isInstanceOf(IllegalStateException.class);
    }

    private TestSession session(String version) {
        return new TestSession(McpSettings.DEFAULT, module.providers()).initialize(version);
    }

    private static String complete(TestSession session, String ref, String name, String value, String context) {
        return ask(
                        session,
                        "completion/complete",
                        "{\"ref\":%s,\"argument\":{\"name\":\"%s\",\"value\":\"%s\"},\"context\":%s}"
                                .formatted(ref, name, value, context))
                .at("/result/completion")
                .toString();
    }

    private static JsonNode ask(TestSession session, String method, String params) {
        int number = session.request(77, method, params);
        session.await(number);
        return session.peer.answer(number);
    }
}
