package io.trunkline.node.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trunkline.node.mcp.Conversation;
import io.trunkline.node.mcp.McpServer;
import io.trunkline.node.mcp.Peer;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.schema.ExactNumbers;
import io.trunkline.node.spi.SessionInfo;
import io.trunkline.node.spi.ToolProvider;
import java.io.IOException;
import java.util.ServiceLoader;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The built-in tools as a client meets them, found as a node finds them. */
class BuiltInToolsTest implements Peer {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final BlockingQueue<String> sent = new LinkedBlockingQueue<>();
    private final McpServer server = McpServer.create(McpSettings.DEFAULT, ServiceLoader.load(ToolProvider.class));
    private final Conversation conversation = server.open(this, new byte[0]);

    @BeforeEach
    void initialize() throws Exception {
        ask("initialize", "{\"protocolVersion\":\"2025-11-25\"}");
    }

    @AfterEach
    void close() {
        thread.execute(conversation::close);
        thread.shutdown();
        server.close();
    }

    @Test
    void areFourAndMayAllBeRepeated() throws Exception {
        JsonNode tools = ask("tools/list", "{}").path("result").path("tools");
        assertThat(tools)
                .extracting(tool -> tool.path("name").asText())
                .containsExactly("add", "echo", "sleep", "whoami");
        assertThat(tools)
                .allMatch(tool -> tool.path("annotations").path("readOnlyHint").asBoolean());
        assertThat(tools).allMatch(tool -> !tool.path("description").asText().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "2,3,5",
        "0.1,0.2,0.3",
        "-1.5,1.5,0",
        "1e15,1,1000000000000001",
        "9007199254740993,0,9007199254740993",
        "9007199254740993,9007199254740993,18014398509481986",
        "9007199254740993.5,0.25,9007199254740993.75",
        "123456789012345678901234567890,1,123456789012345678901234567891",
        "0.1,1e17,100000000000000000.1",
        "1.0,2,3",
        "1e300,1e300,2.0E300",
    })
    void addCalculates(String a, String b, String sum) throws Exception {
        JsonNode result = call("add", "{\"a\":%s,\"b\":%s}".formatted(a, b));
        assertThat(result.path("structuredContent").path("sum").asText()).isEqualTo(sum);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1e308,\"b\":1e308}",
                "{\"a\":1e999,\"b\":0}",
                "{\"a\":1e999,\"b\":-1e999}",
                "{\"a\":1e999999999,\"b\":1}"
            })
    void addRefusesWhatIsNoNumberAnyMore(String arguments) throws Exception {
        JsonNode result = call("add", arguments);
        assertThat(result.path("isError").asBoolean()).isTrue();
        assertThat(result.path("content").path(0).path("text").asText()).contains("larger than a number");
    }

    @Test
    void addSurvivesNumbersOfTheGreatestLength() throws Exception {
        assertThat(call("add", "{\"a\":%s,\"b\":1}".formatted("9".repeat(300)))
                        .path("structuredContent")
                        .has("sum"))
                .isTrue();
        assertThat(call("add", "{\"a\":1e-400,\"b\":1E-99999999}")
                        .path("structuredContent")
                        .path("sum")
                        .asInt(-1))
                .isZero();
    }

    @Test
    void aNumberThatIsAllExponentIsRefusedAtOnce() throws Exception {
        JsonNode answer = ask("tools/call", "{\"name\":\"add\",\"arguments\":{\"a\":1e9999999999,\"b\":1}}");
        assertThat(answer.path("error").path("code").asInt()).isEqualTo(-32602);
        assertThat(answer.path("error").path("message").asText()).contains("exponent");
    }

    @Test
    void whoamiTellsWhereTheSessionIs() throws Exception {
        assertThat(call("whoami", "{}").path("structuredContent").toString())
                .isEqualTo("{\"node\":\"node-1\",\"session\":\"s-9\",\"slot\":17,\"epoch\":3,\"transport\":\"tcp\"}");
    }

    @Test
    void sleepTellsItsProgressOnTheWay() throws Exception {
        send("{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"tools/call\",\"params\":{\"name\":\"sleep\","
                + "\"arguments\":{\"milliseconds\":200},\"_meta\":{\"progressToken\":\"p\"}}}");
        double last = 0;
        JsonNode message = next();
        for (; message.path("method").asText().equals("notifications/progress"); message = next()) {
            double progress = message.path("params").path("progress").asDouble();
            assertThat(progress).isGreaterThan(last).isLessThanOrEqualTo(200);
            assertThat(message.path("params").path("total").asInt()).isEqualTo(200);
            last = progress;
        }
        assertThat(last).isPositive();
        assertThat(message.path("id").asInt()).isEqualTo(5);
        assertThat(message.path("result").path("content").path(0).path("text").asText())
                .isEqualTo("Slept for 200 ms");
    }

    @Test
    void sleepCanBeCancelled() throws Exception {
        send("{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"tools/call\",\"params\":{\"name\":\"sleep\","
                + "\"arguments\":{\"milliseconds\":240000}}}");
        send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":5}}");
        assertThat(thread.submit(conversation::inFlight).get(10, TimeUnit.SECONDS))
                .isZero();
        assertThat(ask("ping", "{}").path("id").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "240001", "1.5", "\"1\"", "1e30"})
    void sleepIsBounded(String milliseconds) throws Exception {
        assertThat(call("sleep", "{\"milliseconds\":" + milliseconds + "}")
                        .path("isError")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void sleepOfNothingEndsAtOnce() throws Exception {
        assertThat(call("sleep", "{\"milliseconds\":0}").has("content")).isTrue();
        assertThat(call("sleep", "{\"milliseconds\":1}").has("content")).isTrue();
    }

    private JsonNode call(String tool, String arguments) throws Exception {
        return ask("tools/call", "{\"name\":\"%s\",\"arguments\":%s}".formatted(tool, arguments))
                .path("result");
    }

    private JsonNode ask(String method, String params) throws Exception {
        send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}".formatted(method, params));
        return next();
    }

    private void send(String message) {
        thread.execute(() -> conversation.receive(message.getBytes(UTF_8), 1));
    }

    private JsonNode next() throws InterruptedException, IOException {
        String message = sent.poll(10, TimeUnit.SECONDS);
        assertThat(message).isNotNull();
        return ExactNumbers.reader(JSON).readTree(message);
    }

    // ---- Peer

    @Override
    public SessionInfo session() {
        return new SessionInfo("s-9", "node-1", 17, 3, "tcp", "127.0.0.1:9");
    }

    @Override
    public void send(byte[] message, int answers) {
        sent.add(new String(message, UTF_8));
    }

    @Override
    public void tell(byte[] message, int relatedTo) {
        send(message, 0);
    }

    @Override
    public void part(int number, int retryMillis) {}

    @Override
    public void done(int number) {}

    @Override
    public void checkpoint(byte[] state) {}

    @Override
    public Executor executor() {
        return thread;
    }
}
