package io.trunkline.balancer.http;

import static io.trunkline.balancer.edge.HttpBench.LIMIT;
import static io.trunkline.balancer.edge.HttpBench.PING;
import static io.trunkline.balancer.edge.HttpBench.post;
import static io.trunkline.balancer.edge.HttpBench.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.balancer.client.LoopMemory;
import io.trunkline.balancer.edge.HttpBench;
import io.trunkline.balancer.trunk.FakeNode;
import io.trunkline.protocol.refusal.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients that speak HTTP can make a balancer hold. */
class HttpMemoryTest {
    private final HttpBench bench = new HttpBench();
    private FakeNode node;

    @BeforeEach
    void aNode() {
        node = bench.trunks.onlyNode();
    }

    @AfterEach
    void nothingIsLeft() {
        bench.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Accept: application/json, text/event-stream\r\nContent-Length: 1\r\n\r\nx",
                "GET /.well-known/oauth-protected-resource HTTP/1.1\r\nHost: localhost\r\n\r\n"
            })
    void whoeverDoesNotReadAnswersIsNotAnsweredFurther(String request) {
        EmbeddedChannel client = bench.connect();
        bench.clogged(client, true);
        bench.write(client, request.repeat(300));
        assertThat(bench.said(client)).isEmpty();
        assertThat(client.config().isAutoRead()).isFalse();
        assertThat(bench.held()).isEqualTo(300L * request.length());
        bench.clogged(client, false);
        assertThat(responses(bench.said(client))).isEqualTo(300);
        assertThat(client.config().isAutoRead()).isTrue();
    }

    @Test
    void whatIsPipelinedBehindARequestStaysBytes() {
        HttpBench.Opened session = bench.open(node);
        bench.write(session.client(), post(PING, session.header()));
        String tiny = "GET / HTTP/1.1\r\n\r\n";
        bench.write(session.client(), tiny.repeat(2000));
        assertThat(session.client().config().isAutoRead()).isFalse();
        StrictRequestDecoder decoder = session.client().pipeline().get(StrictRequestDecoder.class);
        assertThat(decoder.waiting()).isEqualTo(2000 * tiny.length());
        assertThat(bench.held()).isGreaterThan(2000L * tiny.length());
        node.heard();
        node.say(FakeNode.answer(session.stream(), 2, "{\"a\":1}"));
        // The first of the others is refused, and ends the connection.
        assertThat(responses(bench.said(session.client()))).isEqualTo(2);
        assertThat(decoder.waiting()).isZero();
    }

    @Test
    void requestsBehindOneThatRunsAreServedInOrder() {
        HttpBench.Opened session = bench.open(node);
        bench.write(session.client(), post(PING, session.header()).repeat(3));
        for (int number = 2; number <= 4; number++) {
            assertThat(node.heard()).hasSize(1);
            node.say(FakeNode.answer(session.stream(), number, "{\"a\":" + number + "}"));
            assertThat(bench.said(session.client())).endsWith("{\"a\":" + number + "}");
        }
    }

    @Test
    void whenMemoryIsExhaustedTheHeaviestSessionIsRefusedAndTheOthersStay() {
        HttpBench.Opened light = bench.open(node);
        List<HttpBench.Opened> heavy = new ArrayList<>();
        long others = HttpBench.BUDGET - 300_000;
        bench.memory.budget().take(others);
        for (int i = 0; i < 4; i++) {
            HttpBench.Opened session = bench.open(node);
            heavy.add(session);
            bench.write(session.client(), post(json(LIMIT - 1000 * i - 100), session.header()));
            node.heard();
        }
        assertThat(bench.held()).isLessThan(HttpBench.BUDGET);
        List<String> said =
                heavy.stream().map(each -> bench.said(each.client())).toList();
        assertThat(said.stream().filter(response -> response.startsWith("HTTP/1.1 503")))
                .isNotEmpty();
        bench.write(light.client(), post(PING, light.header()));
        node.heard();
        node.say(FakeNode.answer(light.stream(), 2, "{\"a\":1}"));
        assertThat(status(bench.said(light.client()))).isEqualTo(200);
        bench.memory.budget().giveBack(others);
        assertThat(bench.ended(Reason.OVERLOADED)).isPositive();
    }

    @Test
    void aClientThatHoldsMuchIsReadNoMoreWhenMemoryIsScarceAndReadAgainLater() {
        EmbeddedChannel heavy = bench.connect();
        EmbeddedChannel light = bench.connect();
        String request = post(json(40_000));
        bench.write(heavy, request.substring(0, 30_000));
        bench.write(light, request.substring(0, 2_000));
        long others = HttpBench.BUDGET / 100 * 87;
        bench.memory.budget().take(others);
        bench.held();
        assertThat(heavy.config().isAutoRead()).isFalse();
        assertThat(light.config().isAutoRead()).isTrue();
        bench.memory.budget().giveBack(others);
        bench.held();
        assertThat(heavy.config().isAutoRead()).isTrue();
    }

    @Test
    void aClientThatMemoryHoldsUpForLongIsRefused() {
        EmbeddedChannel heavy = bench.connect();
        bench.write(heavy, post(json(40_000)).substring(0, 30_000));
        long others = HttpBench.BUDGET / 100 * 87;
        bench.memory.budget().take(others);
        LoopMemory memory = bench.memory.of(bench.trunks.loop());
        memory.act(System.nanoTime());
        assertThat(heavy.isOpen()).isTrue();
        memory.act(System.nanoTime() + 6_000_000_000L);
        assertThat(status(bench.said(heavy))).isEqualTo(503);
        bench.memory.budget().giveBack(others);
    }

    @Test
    void anAnswerThatIsNotReadIsCountedUntilItHasGone() {
        HttpBench.Opened session = bench.open(node);
        long before = bench.held();
        bench.write(session.client(), post(PING, session.header()));
        node.heard();
        node.say(FakeNode.data(session.stream(), 2, false, "x".repeat(16_000)));
        assertThat(bench.held() - before).isGreaterThan(16_000);
        node.say(FakeNode.answer(session.stream(), 2, "x"));
        assertThat(bench.said(session.client())).endsWith("xx");
        assertThat(bench.held()).isEqualTo(before);
    }

    private static String json(int length) {
        String empty = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"a\":\"\"}}";
        return empty.replace("\"\"", "\"" + "a".repeat(length - empty.length()) + "\"");
    }

    private static long responses(String text) {
        return Pattern.compile("HTTP/1\\.1 \\d{3} ").matcher(text).results().count();
    }
}
