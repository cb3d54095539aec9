package io.trunkline.node.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.mcp.catalog.Providers;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolResult;
import io.trunkline.node.tools.BuiltInTools;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged and random traffic: nothing is thrown, and every message comes to exactly one end. */
class ConversationFuzzTest {

    private static final String[] SEEDS = {
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\",\"params\":{\"cursor\":null}}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"s\",\"method\":\"tools/call\",\"params\":{\"name\":\"slow\",\"_meta\":{\"progressToken\":4}}}",
        "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"tools/call\",\"params\":{\"name\":\"add\",\"arguments\":{\"a\":1.5,\"b\":2e300}}}",
        "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\",\"arguments\":{\"text\":\"\\ud83d\\ude00\u00e9\"}}}",
        "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"tools/call\",\"params\":{\"name\":\"sleep\",\"arguments\":{\"milliseconds\":1}}}",
        "{\"jsonrpc\":\"2.0\",\"id\":6,\"method\":\"logging/setLevel\",\"params\":{\"level\":\"debug\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-03-26\",\"clientInfo\":{\"name\":\"n\"}}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":\"s\"}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":8,\"result\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":11,\"method\":\"resources/list\",\"params\":{\"cursor\":\"cmVzb3VyY2Vz\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":12,\"method\":\"resources/read\",\"params\":{\"uri\":\"test://user/%41/profile\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":13,\"method\":\"resources/subscribe\",\"params\":{\"uri\":\"test://text\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":14,\"method\":\"resources/unsubscribe\",\"params\":{\"uri\":\"test://text\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":15,\"method\":\"prompts/get\",\"params\":{\"name\":\"everything\",\"_meta\":{\"a\":[1]}}}",
        "{\"jsonrpc\":\"2.0\",\"id\":16,\"method\":\"completion/complete\",\"params\":{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"greet\"},\"argument\":{\"name\":\"name\",\"value\":\"a\"}}}",
        "{\"jsonrpc\":\"2.0\",\"id\":17,\"method\":\"tools/call\",\"params\":{\"name\":\"asks\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"3-1\",\"result\":{\"roots\":[{\"uri\":\"file:///a\"}]}}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"3-2\",\"error\":{\"code\":1,\"message\":\"m\"}}",
        "[{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"ping\"},{\"jsonrpc\":\"2.0\",\"id\":10,\"method\":\"tools/call\",\"params\":{\"name\":\"slow\"}}]",
    };
    private static final String PIECES = "{}[]:,\"\\ 0123456789-.eEtfnul\u00e9\u0000";

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyMessageComesToExactlyOneEnd(long seed) {
        Random random = new Random(seed);
        TestTool slow = TestTool.async("slow");
        int sent = 0;
        for (int round = 0; round < 9; round++) {
            TestModule module = new TestModule();
            module.tools.add(slow.tool());
            module.tools.add(asks());
            Providers providers = new Providers(List.of(new BuiltInTools(), module), List.of(module), List.of(module));
            try (TestSession session = new TestSession(settings(), providers)) {
                if (round % 3 != 0) {
                    session.initialize(round % 3 == 1 ? "2025-03-26" : "2025-11-25");
                }
                for (int i = 0; i < 200; i++) {
                    sent = session.send(damaged(random));
                    if (random.nextInt(8) == 0) {
                        module.change();
                        module.updated.accept("test://text");
                    }
                    if (random.nextInt(8) == 0 && !slow.futures.isEmpty()) {
                        slow.complete(random.nextInt(slow.futures.size()), ToolResult.text("r"));
                        session.peer.runTasks();
                    }
                }
                while (session.conversation.inFlight() > 0) {
                    slow.futures.forEach(future -> future.complete(ToolResult.text("r")));
                    session.peer.runTask();
                }
                for (int number = 1; number <= sent; number++) {
                    check(session.peer.ends.getOrDefault(number, List.of()));
                }
                assertThat(session.events.all).noneMatch(event -> event.startsWith("engine"));
                assertThat(session.server.held().held()).isZero();
                slow.futures.clear();
                slow.calls.clear();
            }
        }
        assertThat(sent).isGreaterThan(100);
    }

    private static Tool asks() {
        return Tool.named("asks").async(call -> call.listRoots().thenApply(roots -> ToolResult.text("" + roots)));
    }

    /** Questions that are not answered must not last long, because the test waits for all calls. */
    private static McpSettings settings() {
        McpSettings s = TestSettings.withInFlight(3, 4);
        return new McpSettings(
                s.server(),
                s.limits(),
                s.json(),
                s.tools(),
                new McpSettings.ClientRequests(2, Duration.ofMillis(50)),
                s.pageSize(),
                s.logLevel(),
                s.stateless(),
                s.tasks(),
                s.changes());
    }

    private static void check(List<String> ends) {
        if (ends.size() != 1) {
            fail("a message with these ends: %s", ends);
        }
        String end = ends.get(0);
        if (!end.equals("done")) {
            JsonNode answer = FakePeer.json(end);
            for (JsonNode one : answer.isArray() ? answer : List.of(answer)) {
                assertThat(one.path("jsonrpc").asText()).isEqualTo("2.0");
                assertThat(one.has("result") ^ one.has("error")).isTrue();
                assertThat(one.has("id")).isTrue();
            }
        }
    }

    private static byte[] damaged(Random random) {
        StringBuilder text = new StringBuilder(SEEDS[random.nextInt(SEEDS.length)]);
        for (int edits = random.nextInt(3); edits > 0; edits--) {
            int at = random.nextInt(text.length() + 1);
            switch (random.nextInt(4)) {
                case 0 -> text.insert(at, PIECES.charAt(random.nextInt(PIECES.length())));
                case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(3)));
                case 2 -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(40))));
                default -> {
                    String other = SEEDS[random.nextInt(SEEDS.length)];
                    text.insert(at, other, 0, random.nextInt(other.length()));
                }
            }
        }
        if (random.nextInt(40) == 0) {
            text.insert(0, " ".repeat(Arrivals.LARGE));
        }
        byte[] bytes = text.toString().getBytes(UTF_8);
        if (bytes.length > 0 && random.nextInt(10) == 0) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }
}
