package io.trunkline.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trunkline.node.mcp.Conversation;
import io.trunkline.node.mcp.McpServer;
import io.trunkline.node.mcp.Peer;
import io.trunkline.node.mcp.catalog.Providers;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.spi.SessionInfo;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pack as the suite's scenarios use it, found on the class path as a node finds it. */
class ConformancePackTest implements Peer {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final List<JsonNode> told = new ArrayList<>();
    private final List<Integer> relations = new ArrayList<>();
    private JsonNode answer = JSON.nullNode();
    private int answered;
    private int number;
    private McpServer server = McpServer.create(McpSettings.DEFAULT, List.of());
    private Conversation conversation = server.open(this, new byte[0]);

    @BeforeEach
    void load(@TempDir Path directory) throws Exception {
        server.close();
        ConformancePack.register(directory);
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader found =
                new URLClassLoader(new URL[] {directory.toUri().toURL()}, before)) {
            Thread.currentThread().setContextClassLoader(found);
            server = McpServer.create(McpSettings.DEFAULT, Providers.installed());
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
        conversation = server.open(this, new byte[0]);
        ask("initialize", "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"sampling\":{},\"elicitation\":{}}}");
        say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    }

    @AfterEach
    void close() {
        conversation.close();
        server.close();
    }

    @Test
    void isOneModuleForAllKinds() throws Exception {
        assertThat(ask("tools/list", "{}").at("/result/tools"))
                .hasSize(4 + 37)
                .allMatch(tool -> tool.path("description").asText().length() > 5);
        assertThat(ask("resources/list", "{}").at("/result/resources")).hasSize(3);
        assertThat(ask("resources/templates/list", "{}").at("/result/resourceTemplates"))
                .hasSize(1);
        assertThat(ask("prompts/list", "{}").at("/result/prompts"))
                .hasSize(5)
                .allMatch(prompt -> prompt.path("description").asText().length() > 5);
    }

    @ParameterizedTest
    @CsvSource({
        "test_simple_text,text",
        "test_image_content,image",
        "test_audio_content,audio",
        "test_embedded_resource,resource",
        "test_multiple_content_types,text image resource",
    })
    void answersWithEveryKindOfContent(String tool, String types) throws Exception {
        assertThat(call(tool, "{}").at("/result/content"))
                .extracting(piece -> piece.path("type").asText())
                .containsExactly(types.split(" "));
    }

    @Test
    void reportsAnErrorAsAResult() throws Exception {
        JsonNode result = call("test_error_handling", "{}").path("result");
        assertThat(result.path("isError").asBoolean()).isTrue();
        assertThat(result.at("/content/0/text").asText())
                .isEqualTo("This tool intentionally returns an error for testing");
    }

    @Test
    void logsAndTellsItsProgressOnTheCallsBehalf() throws Exception {
        call("test_tool_with_logging", "{}");
        assertThat(told)
                .extracting(message -> message.at("/params/data").asText())
                .containsExactly("Tool execution started", "Tool processing data", "Tool execution completed");
        assertThat(relations).containsOnly(number);
        told.clear();
        ask("tools/call", "{\"name\":\"test_tool_with_progress\",\"_meta\":{\"progressToken\":7}}");
        assertThat(told)
                .extracting(message -> message.at("/params/progress").asInt())
                .containsExactly(0, 50, 100);
    }

    @Test
    void asksTheClientsModel() throws Exception {
        int call = start("tools/call", "{\"name\":\"test_sampling\",\"arguments\":{\"prompt\":\"Hello\"}}");
        assertThat(told.get(0).path("method").asText()).isEqualTo("sampling/createMessage");
        assertThat(told.get(0).at("/params/messages/0/content/text").asText()).isEqualTo("Hello");
        assertThat(told.get(0).at("/params/maxTokens").asInt()).isEqualTo(100);
        reply("{\"role\":\"assistant\",\"model\":\"m\",\"content\":{\"type\":\"text\",\"text\":\"Hi\"}}");
        assertThat(await(call).at("/result/content/0/text").asText()).isEqualTo("LLM response: Hi");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'action':'accept','content':{'response':'yes'}}|"
                        + "User response: action=accept, content={'response':'yes'}",
                "{'action':'decline'}|User response: action=decline, content={}",
                "{'action':'accept','content':{'username':'u'}}|"
                        + "The client`s answer does not fit the form: response is missing",
            })
    void asksTheUser(String reply, String text) throws Exception {
        int call = start("tools/call", "{\"name\":\"test_elicitation\",\"arguments\":{\"message\":\"Well?\"}}");
        assertThat(told.get(0).at("/params/message").asText()).isEqualTo("Well?");
        reply(reply.replace('\'', '"'));
        assertThat(await(call).at("/result/content/0/text").asText())
                .isEqualTo(text.replace('\'', '"').replace('`', '\''));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "sep1034_defaults|/properties/name/default|'John Doe'",
                "sep1034_defaults|/properties/age|{'type':'integer','description':'User age','default':30}",
                "sep1034_defaults|/properties/score/default|95.5",
                "sep1034_defaults|/properties/verified/default|true",
                "sep1330_enums|/properties/untitledSingle/enum|['option1','option2','option3']",
                "sep1330_enums|/properties/titledSingle/oneOf/1|{'const':'value2','title':'Second Option'}",
                "sep1330_enums|/properties/legacyEnum/enumNames/2|'Option Three'",
                "sep1330_enums|/properties/untitledMulti/items|"
                        + "{'type':'string','enum':['option1','option2','option3']}",
                "sep1330_enums|/properties/titledMulti/items/anyOf/0|{'const':'value1','title':'First Choice'}",
            })
    void sendsFormsAsTheyAre(String form, String pointer, String value) {
        start("tools/call", "{\"name\":\"test_elicitation_" + form + "\",\"arguments\":{}}");
        assertThat(told.get(0)
                        .path("params")
                        .path("requestedSchema")
                        .at(pointer)
                        .toString())
                .isEqualTo(value.replace('\'', '"'));
    }

    @Test
    void keepsEveryKeywordOfASchema() throws Exception {
        JsonNode tools = ask("tools/list", "{}").at("/result/tools");
        JsonNode schema = JSON.nullNode();
        for (JsonNode tool : tools) {
            schema = tool.path("name").asText().equals("json_schema_2020_12_tool") ? tool.path("inputSchema") : schema;
        }
        assertThat(schema.at("/$defs/address/$anchor").asText()).isEqualTo("addressDef");
        assertThat(schema.has("$schema") && schema.has("allOf") && schema.has("if") && schema.has("then"))
                .isTrue();
        assertThat(call("json_schema_2020_12_tool", "{\"contactMethod\":\"phone\",\"phone\":\"1\"}")
                        .at("/result/isError")
                        .asBoolean(false))
                .isFalse();
        assertThat(call("json_schema_2020_12_tool", "{\"contactMethod\":\"phone\",\"email\":\"1\"}")
                        .at("/result/isError")
                        .asBoolean(false))
                .isTrue();
    }

    @Test
    void readsResourcesAndGetsPrompts() throws Exception {
        assertThat(ask("resources/read", "{\"uri\":\"test://static-text\"}")
                        .at("/result/contents/0/text")
                        .asText())
                .startsWith("This is the content");
        assertThat(ask("resources/read", "{\"uri\":\"test://static-binary\"}")
                        .at("/result/contents/0/blob")
                        .binaryValue())
                .startsWith(0x89, 'P', 'N', 'G');
        assertThat(ask("resources/read", "{\"uri\":\"test://template/123/data\"}")
                        .at("/result/contents/0/text")
                        .asText())
                .isEqualTo("{\"id\":\"123\",\"templateTest\":true,\"data\":\"Data for ID: 123\"}");
        assertThat(ask(
                                "prompts/get",
                                "{\"name\":\"test_prompt_with_arguments\","
                                        + "\"arguments\":{\"arg1\":\"hello\",\"arg2\":\"world\"}}")
                        .at("/result/messages/0/content/text")
                        .asText())
                .isEqualTo("Prompt with arguments: arg1='hello', arg2='world'");
        assertThat(ask(
                                "prompts/get",
                                "{\"name\":\"test_prompt_with_embedded_resource\","
                                        + "\"arguments\":{\"resourceUri\":\"test://x\"}}")
                        .at("/result/messages/0/content/resource/uri")
                        .asText())
                .isEqualTo("test://x");
        assertThat(ask("prompts/get", "{\"name\":\"test_prompt_with_image\"}")
                        .at("/result/messages/0/content/type")
                        .asText())
                .isEqualTo("image");
        assertThat(ask(
                                "completion/complete",
                                "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"test_prompt_with_arguments\"},"
                                        + "\"argument\":{\"name\":\"arg1\",\"value\":\"test\"}}")
                        .at("/result/completion/values")
                        .toString())
                .isEqualTo("[\"test\",\"testing\"]");
    }

    @Test
    void updatesTheWatchedResource() throws Exception {
        ask("resources/subscribe", "{\"uri\":\"test://watched-resource\"}");
        while (told.isEmpty()) {
            run();
        }
        assertThat(told.get(0).at("/params/uri").asText()).isEqualTo("test://watched-resource");
        assertThat(ask("resources/unsubscribe", "{\"uri\":\"test://watched-resource\"}")
                        .path("result")
                        .isObject())
                .isTrue();
    }

    // ---- the client's side

    private JsonNode call(String tool, String arguments) throws Exception {
        return ask("tools/call", "{\"name\":\"%s\",\"arguments\":%s}".formatted(tool, arguments));
    }

    private JsonNode ask(String method, String params) throws Exception {
        return await(start(method, params));
    }

    private int start(String method, String params) {
        say("{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":%s}".formatted(number, method, params));
        return number;
    }

    private void reply(String result) {
        say("{\"jsonrpc\":\"2.0\",\"id\":" + told.get(0).path("id") + ",\"result\":" + result + "}");
    }

    private void say(String message) {
        number++;
        conversation.receive(message.getBytes(UTF_8), number);
    }

    private JsonNode await(int message) throws InterruptedException {
        while (answered != message) {
            run();
        }
        return answer;
    }

    private void run() throws InterruptedException {
        Runnable task = tasks.poll(20, TimeUnit.SECONDS);
        assertThat(task).as("a task within 20 s").isNotNull();
        if (task != null) {
            task.run();
        }
    }

    @Override
    public SessionInfo session() {
        return new SessionInfo("s-1", "node-1", 1, 1, "tcp", "");
    }

    @Override
    public void send(byte[] message, int answers) {
        answer = read(message);
        answered = answers;
    }

    @Override
    public void tell(byte[] message, int relatedTo) {
        told.add(read(message));
        relations.add(relatedTo);
    }

    @Override
    public void part(int number, int retryMillis) {}

    @Override
    public void done(int message) {}

    @Override
    public void checkpoint(byte[] state) {}

    @Override
    public Executor executor() {
        return tasks::add;
    }

    private static JsonNode read(byte[] message) {
        try {
            return JSON.readTree(message);
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
