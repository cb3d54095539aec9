package io.trunkline.balancer.session;

import static io.trunkline.balancer.edge.HttpBench.INITIALIZE;
import static io.trunkline.balancer.edge.HttpBench.PING;
import static io.trunkline.balancer.edge.HttpBench.body;
import static io.trunkline.balancer.edge.HttpBench.get;
import static io.trunkline.balancer.edge.HttpBench.header;
import static io.trunkline.balancer.edge.HttpBench.post;
import static io.trunkline.balancer.edge.HttpBench.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.balancer.edge.HttpBench;
import io.trunkline.balancer.edge.HttpBench.Opened;
import io.trunkline.balancer.trunk.FakeNode;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpSessionTest {
    private static final String NOTICE = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}";
    private static final String ANSWER = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}";
    private static final String NEWEST = "Mcp-Protocol-Version: 2025-11-25";

    private static final String BOTH = "Accept: application/json, text/event-stream";

    private HttpBench bench = new HttpBench();
    private FakeNode node;

    @BeforeEach
    void aNode() {
        node = bench.trunks.onlyNode();
    }

    @AfterEach
    void nothingIsLeft() {
        bench.close();
    }

    // --- opening and ending

    @Test
    void isOpenedByInitializeAndServedOnAnyConnection() {
        Opened session = bench.open(node);
        EmbeddedChannel other = bench.connect();
        bench.write(other, post(PING, session.header()));
        assertThat(FakeNode.text(node.hear(Frame.Data.class))).isEqualTo(PING);
        node.say(FakeNode.answer(session.stream(), 2, ANSWER));
        String response = bench.said(other);
        assertThat(status(response)).isEqualTo(200);
        assertThat(header(response, "Content-Type")).isEqualTo("application/json");
        assertThat(body(response)).isEqualTo(ANSWER);
        assertThat(bench.said(session.client())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2024-11-05", "2025-11-25", "2026-07-28", "1999-01-01", "nonsense"})
    void isOpenedByTheBodyOfInitializeWhateverVersionTheHeadNames(String version) {
        Opened session = bench.open(node, "Mcp-Protocol-Version: " + version);
        bench.write(session.client(), post(PING, session.header(), NEWEST));
        node.say(FakeNode.answer(session.stream(), 2, ANSWER));
        assertThat(body(bench.said(session.client()))).isEqualTo(ANSWER);
    }

    @Test
    void isOpenedByInitializeBehindAByteOrderMark() {
        EmbeddedChannel client = bench.connect();
        bench.write(client, post("\ufeff" + INITIALIZE));
        int stream = node.hear(Frame.Open.class).stream();
        node.say(new Frame.Opened(stream), FakeNode.answer(stream, 1, HttpBench.INITIALIZED));
        assertThat(body(bench.said(client))).isEqualTo(HttpBench.INITIALIZED);
    }

    @Test
    void isNotOpenedWhenInitializeFails() {
        EmbeddedChannel client = bench.connect();
        bench.write(client, post(INITIALIZE));
        int stream = node.hear(Frame.Open.class).stream();
        String error = "{\"jsonrpc\":\"2.0\",\"id\":0,\"error\":{\"code\":-32602,\"message\":\"no\"}}";
        node.say(new Frame.Opened(stream), FakeNode.answer(stream, 1, error));
        String response = bench.said(client);
        assertThat(body(response)).isEqualTo(error);
        assertThat(header(response, "Mcp-Session-Id")).isEmpty();
        assertThat(bench.edge.httpSessions().size()).isZero();
        assertThat(node.heard()).anyMatch(Frame.Reset.class::isInstance);
    }

    @Test
    void isGivenUpWhenNobodyWaitsForItsId() {
        EmbeddedChannel client = bench.connect();
        bench.write(client, post(INITIALIZE));
        client.close();
        bench.trunks.run();
        assertThat(bench.edge.httpSessions().size()).isZero();
    }

    @Test
    void withoutANodeTheClientIsToldWithAStatus() {
        bench.trunks.members();
        EmbeddedChannel client = bench.connect();
        bench.write(client, post(INITIALIZE));
        bench.tick(6);
        String response = bench.said(client);
        assertThat(status(response)).isEqualTo(503);
        assertThat(body(response)).contains("\"id\":0", "\"reason\":\"no_node\"");
        assertThat(client.isOpen()).isTrue();
        assertThat(bench.ended(Reason.NO_NODE)).isEqualTo(1);
    }

    @Test
    void isEndedByDeleteAndUnknownAfterwards() {
        Opened session = bench.open(node);
        String delete = "DELETE /mcp HTTP/1.1\r\nHost: localhost\r\n" + session.header() + "\r\n\r\n";
        bench.write(session.client(), delete);
        assertThat(status(bench.said(session.client()))).isEqualTo(204);
        assertThat(node.hear(Frame.Reset.class).reason()).isEqualTo(Reason.CLOSED);
        for (String request : List.of(delete, post(PING, session.header()), get("/mcp", session.header()))) {
            bench.write(session.client(), request);
            bench.knowsNothing(node);
            assertThat(status(bench.said(session.client()))).isEqualTo(404);
        }
    }

    @Test
    void endsWhenItIsIdleForTooLong() {
        Opened session = bench.open(node);
        bench.tick(1700);
        assertThat(bench.edge.httpSessions().size()).isEqualTo(1);
        bench.tick(1900);
        assertThat(bench.edge.httpSessions().size()).isZero();
        assertThat(bench.ended(Reason.IDLE)).isPositive();
        node.heard();
        EmbeddedChannel later = bench.connect();
        bench.write(later, post(PING, session.header()));
        bench.knowsNothing(node);
        assertThat(status(bench.said(later))).isEqualTo(404);
    }

    @Test
    void isNotIdleWhileItListens() {
        Opened session = bench.open(node);
        bench.write(session.client(), get("/mcp", session.header()));
        bench.tick(4000);
        assertThat(bench.edge.httpSessions().size()).isEqualTo(1);
    }

    @Test
    void outlivesItsConnections() {
        Opened session = bench.open(node);
        session.client().close();
        EmbeddedChannel later = bench.connect();
        bench.write(later, post(PING, session.header()));
        node.say(FakeNode.answer(session.stream(), 2, ANSWER));
        assertThat(body(bench.said(later))).isEqualTo(ANSWER);
    }

    @Test
    void moreThanTheProcessTakesAreRefused() {
        for (int i = 0; i < 5; i++) {
            bench.open(node);
        }
        EmbeddedChannel client = bench.connect();
        bench.write(client, post(INITIALIZE));
        assertThat(status(bench.said(client))).isEqualTo(503);
        assertThat(client.isOpen()).isTrue();
        assertThat(bench.ended(Reason.BALANCER_FULL)).isEqualTo(1);
    }

    @Test
    void moreThanASourceMayHaveAreRefused() {
        bench.close();
        bench = new HttpBench(HttpBench.settings(false, 1));
        node = bench.trunks.onlyNode();
        Opened session = bench.open(node);
        EmbeddedChannel client = bench.connect();
        bench.write(client, post(INITIALIZE));
        assertThat(status(bench.said(client))).isEqualTo(429);
        assertThat(bench.edge.httpSessions().size()).isEqualTo(1);
        bench.write(session.client(), "DELETE /mcp HTTP/1.1\r\nHost: localhost\r\n" + session.header() + "\r\n\r\n");
        bench.said(session.client());
        node.heard();
        bench.open(node);
    }

    // --- answers

    @Test
    void answersFindTheRequestThatAsked() {
        Opened session = bench.open(node);
        EmbeddedChannel one = bench.connect();
        EmbeddedChannel two = bench.connect();
        bench.write(one, post(PING, session.header()));
        bench.write(two, post(PING, session.header()));
        node.say(FakeNode.answer(session.stream(), 3, "\"second\""), FakeNode.answer(session.stream(), 2, "\"first\""));
        assertThat(body(bench.said(one))).isEqualTo("\"first\"");
        assertThat(body(bench.said(two))).isEqualTo("\"second\"");
    }

    @Test
    void whatNeedsNoAnswerIsAcceptedAtOnce() {
        Opened session = bench.open(node);
        bench.write(session.client(), post(NOTICE, session.header()));
        String response = bench.said(session.client());
        assertThat(status(response)).isEqualTo(202);
        assertThat(body(response)).isEmpty();
        assertThat(FakeNode.text(node.hear(Frame.Data.class))).isEqualTo(NOTICE);
        node.say(new Frame.Done(session.stream(), 2));
    }

    @Test
    void becomesAStreamWhenSomethingComesBeforeTheAnswer() {
        Opened session = bench.open(node);
        bench.write(session.client(), post(PING, session.header(), NEWEST));
        node.say(note(session.stream(), 2, NOTICE));
        String begun = bench.said(session.client());
        assertThat(status(begun)).isEqualTo(200);
        assertThat(header(begun, "Content-Type")).isEqualTo("text/event-stream");
        assertThat(header(begun, "X-Accel-Buffering")).isEqualTo("no");
        assertThat(header(begun, "Cache-Control")).contains("no-transform");
        assertThat(ids(begun)).hasSize(2);
        assertThat(messages(begun)).containsExactly(NOTICE);
        node.say(FakeNode.answer(session.stream(), 2, ANSWER));
        String rest = bench.said(session.client());
        assertThat(messages(rest)).containsExactly(ANSWER);
        assertThat(rest).endsWith("0\r\n\r\n");
        // The connection takes the next request.
        bench.write(session.client(), post("noise"));
        assertThat(status(bench.said(session.client()))).isEqualTo(400);
    }

    @Test
    void anOldClientGetsItsStreamWithoutChunksAndThenTheEnd() {
        Opened session = bench.open(node);
        EmbeddedChannel old = bench.connect();
        bench.write(old, post(PING, session.header()).replace("HTTP/1.1", "HTTP/1.0"));
        node.say(note(session.stream(), 2, NOTICE), FakeNode.answer(session.stream(), 2, ANSWER));
        String response = bench.said(old);
        assertThat(header(response, "Transfer-Encoding")).isEmpty();
        assertThat(messages(response)).containsExactly(NOTICE, ANSWER);
        assertThat(old.isOpen()).isFalse();
    }

    @Test
    void aRequestMayPartFromItsClientWhichComesBackForTheAnswer() {
        Opened session = bench.open(node);
        bench.write(session.client(), post(PING, session.header(), NEWEST));
        node.hear(Frame.Data.class);
        node.say(new Frame.Part(session.stream(), 2, 250));
        String stream = bench.said(session.client());
        assertThat(stream).contains("data: \n\n", "retry: 250\n\n").endsWith("0\r\n\r\n");
        String event = stream.replaceAll("(?s).*id: (\\S+)\n.*", "$1");
        node.say(FakeNode.answer(session.stream(), 2, ANSWER));

        bench.write(session.client(), get("/mcp", session.header(), NEWEST, "Last-Event-ID: " + event));
        assertThat(bench.said(session.client()))
                .contains("data: " + ANSWER + "\n\n")
                .endsWith("0\r\n\r\n");
    }

    @Test
    void anOlderClientWouldNotComeBackSoItIsKept() {
        Opened session = bench.open(node);
        bench.write(session.client(), post(PING, session.header(), "Mcp-Protocol-Version: 2025-06-18"));
        node.say(new Frame.Part(session.stream(), 2, 250));
        assertThat(bench.said(session.client())).isEmpty();
        node.say(FakeNode.answer(session.stream(), 2, ANSWER));
        assertThat(body(bench.said(session.client()))).isEqualTo(ANSWER);
    }

    @Test
    void aRequestThatWasCancelledEndsAsAnEmptyStream() {
        Opened session = bench.open(node);
        bench.write(session.client(), post(PING, session.header()));
        node.say(new Frame.Done(session.stream(), 2));
        String response = bench.said(session.client());
        assertThat(header(response, "Content-Type")).isEqualTo("text/event-stream");
        assertThat(response).endsWith("0\r\n\r\n");
        assertThat(messages(response)).isEmpty();
    }

    @Test
    void aDisconnectIsNoCancelAndTheAnswerGoesToNobodyElse() {
        Opened session = bench.open(node);
        EmbeddedChannel asking = bench.connect();
        bench.write(asking, post(PING, session.header()));
        node.heard();
        asking.close();
        bench.trunks.run();
        assertThat(node.heard()).isEmpty();
        bench.write(session.client(), get("/mcp", session.header()));
        node.say(FakeNode.answer(session.stream(), 2, ANSWER));
        assertThat(messages(bench.said(session.client()))).isEmpty();
    }

    @Test
    void aLongRequestIsGivenSignsOfLife() {
        Opened session = bench.open(node);
        bench.write(session.client(), post(PING, session.header()));
        bench.tick(14);
        assertThat(bench.said(session.client())).isEmpty();
        bench.tick(16);
        assertThat(header(bench.said(session.client()), "Content-Type")).isEqualTo("text/event-stream");
        bench.tick(32);
        assertThat(bench.said(session.client())).contains(": \n\n");
        node.say(FakeNode.answer(session.stream(), 2, ANSWER));
        assertThat(messages(bench.said(session.client()))).containsExactly(ANSWER);
    }

    @Test
    void largeAnswersAreCompressedForThoseWhoAcceptIt() throws IOException {
        Opened session = bench.open(node);
        String large = "\"" + "a".repeat(3000) + "\"";
        bench.write(session.client(), post(PING, session.header(), "Accept-Encoding: br, gzip"));
        node.say(FakeNode.answer(session.stream(), 2, large));
        byte[] response = bench.bytes(session.client());
        String head = new String(response, StandardCharsets.ISO_8859_1);
        assertThat(header(head, "Content-Encoding")).isEqualTo("gzip");
        assertThat(header(head, "Vary")).containsIgnoringCase("accept-encoding");
        int start = head.indexOf("\r\n\r\n") + 4;
        assertThat(header(head, "Content-Length")).isEqualTo(Integer.toString(response.length - start));
        try (GZIPInputStream plain =
                new GZIPInputStream(new ByteArrayInputStream(response, start, response.length - start))) {
            assertThat(new String(plain.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(large);
        }
        bench.write(session.client(), post(PING, session.header(), "Accept-Encoding: gzip;q=0"));
        node.say(FakeNode.answer(session.stream(), 3, large));
        assertThat(body(bench.said(session.client()))).isEqualTo(large);
        bench.write(session.client(), post(PING, session.header(), "Accept-Encoding: gzip"));
        node.say(FakeNode.answer(session.stream(), 4, "\"" + "a".repeat(1000) + "\""));
        assertThat(header(bench.said(session.client()), "Content-Encoding")).isEmpty();
    }

    @Test
    void requestsBeyondTheBoundWaitForTheOthers() {
        Opened session = bench.open(node);
        for (int i = 0; i < 5; i++) {
            bench.write(bench.connect(), post(PING, session.header()));
        }
        assertThat(node.heard()).hasSize(4);
        node.say(FakeNode.answer(session.stream(), 2, ANSWER));
        assertThat(FakeNode.text(node.hear(Frame.Data.class))).isEqualTo(PING);
    }

    @Test
    void aSessionWhoseNodeDiesGoesOnAndItsRequestIsAnsweredWhereItWasAsked() {
        Opened session = bench.open(node);
        FakeNode next = bench.trunks.node(2, 0, 1, 2, 3, 4, 5, 6, 7);
        bench.write(session.client(), post(PING, session.header()));
        node.heard();
        bench.trunks.members(node, next);
        next.welcome();
        node.die();
        Frame.Open again = next.hear(Frame.Open.class);
        assertThat(again.session()).isEqualTo(session.id());
        assertThat(again.epoch()).isEqualTo(2);
        next.say(new Frame.Opened(again.stream()), FakeNode.answer(again.stream(), 2, ANSWER));
        assertThat(body(bench.said(session.client()))).isEqualTo(ANSWER);
    }

    // --- listening

    @Test
    void whatBelongsToNoRequestGoesToTheListeningStreamOnly() {
        Opened session = bench.open(node);
        EmbeddedChannel listening = bench.connect();
        bench.write(listening, get("/mcp", session.header()));
        String begun = bench.said(listening);
        assertThat(status(begun)).isEqualTo(200);
        assertThat(header(begun, "Content-Type")).isEqualTo("text/event-stream");
        bench.write(session.client(), post(PING, session.header()));
        node.say(FakeNode.data(session.stream(), 0, true, NOTICE), FakeNode.answer(session.stream(), 2, ANSWER));
        assertThat(messages(bench.said(listening))).containsExactly(NOTICE);
        assertThat(body(bench.said(session.client()))).isEqualTo(ANSWER);
    }

    @Test
    void whatCameBeforeTheListeningStreamIsSentWhenThereIsOne() {
        Opened session = bench.open(node);
        node.say(FakeNode.data(session.stream(), 0, true, NOTICE));
        bench.write(session.client(), get("/mcp", session.header()));
        assertThat(messages(bench.said(session.client()))).containsExactly(NOTICE);
        session.client().close();
        bench.trunks.run();
        EmbeddedChannel again = bench.connect();
        bench.write(again, get("/mcp", session.header()));
        assertThat(messages(bench.said(again))).as("heard already").isEmpty();
    }

    @Test
    void theNewestListeningStreamHearsAndThenTheNextOlderOne() {
        Opened session = bench.open(node);
        EmbeddedChannel first = listen(session);
        EmbeddedChannel second = listen(session);
        EmbeddedChannel third = listen(session);
        say(session, "\"a\"");
        assertThat(messages(bench.said(third))).containsExactly("\"a\"");
        close(second);
        say(session, "\"b\"");
        assertThat(messages(bench.said(third))).containsExactly("\"b\"");
        close(third);
        say(session, "\"c\"");
        assertThat(messages(bench.said(first))).containsExactly("\"c\"");
        close(first);
        say(session, "\"d\"");
        assertThat(messages(bench.said(listen(session, ""))))
                .as("kept for the next one")
                .containsExactly("\"d\"");
        assertThat(bench.said(second)).isEmpty();
    }

    @Test
    void moreThanEightListeningStreamsAreRefused() {
        Opened session = bench.open(node);
        List<EmbeddedChannel> streams = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            streams.add(listen(session));
        }
        EmbeddedChannel ninth = bench.connect();
        bench.write(ninth, get("/mcp", session.header()));
        assertThat(status(bench.said(ninth))).isEqualTo(409);
        assertThat(ninth.isOpen()).isTrue();
        close(streams.get(3));
        bench.write(ninth, get("/mcp", session.header()));
        assertThat(status(bench.said(ninth))).isEqualTo(200);
    }

    @Test
    void eachListeningStreamIsResumedWithWhatItHasCarried() {
        Opened session = bench.open(node);
        EmbeddedChannel first = listen(session);
        say(session, "\"a\"");
        String firstId = last(ids(bench.said(first)));
        EmbeddedChannel second = listen(session);
        say(session, "\"b\"");
        say(session, "\"c\"");
        List<String> secondIds = ids(bench.said(second));
        EmbeddedChannel again = bench.connect();
        bench.write(again, get("/mcp", session.header(), "Last-Event-ID: " + secondIds.get(0)));
        assertThat(messages(bench.said(again))).containsExactly("\"c\"");
        assertThat(bench.said(second)).as("its place was taken").endsWith("0\r\n\r\n");
        EmbeddedChannel firstAgain = bench.connect();
        bench.write(firstAgain, get("/mcp", session.header(), "Last-Event-ID: " + firstId));
        assertThat(messages(bench.said(firstAgain))).as("never on two streams").isEmpty();
        say(session, "\"d\"");
        assertThat(messages(bench.said(firstAgain))).containsExactly("\"d\"");
        assertThat(messages(bench.said(again))).isEmpty();
    }

    @Test
    void whatNobodyHasHeardGoesToWhoeverComesBackFirst() {
        Opened session = bench.open(node);
        EmbeddedChannel first = listen(session);
        EmbeddedChannel second = listen(session, NEWEST);
        say(session, "\"a\"");
        List<String> ids = ids(bench.said(second));
        close(second);
        close(first);
        say(session, "\"b\"");
        EmbeddedChannel again = bench.connect();
        bench.write(again, get("/mcp", session.header(), "Last-Event-ID: " + last(ids)));
        String said = bench.said(again);
        assertThat(messages(said)).containsExactly("\"b\"");
        assertThat(last(ids(said))).startsWith("-1-");
        bench.write(bench.connect(), get("/mcp", session.header(), "Last-Event-ID: " + last(ids(said))));
        assertThat(messages(bench.said(listen(session, "")))).isEmpty();
    }

    @Test
    void aStreamBeginsWithThePlaceFromWhichItIsSentAgain() {
        Opened session = bench.open(node);
        say(session, "\"a\"");
        say(session, "\"b\"");
        EmbeddedChannel client = bench.connect();
        bench.write(client, get("/mcp", session.header(), NEWEST));
        List<String> ids = ids(bench.said(client));
        long first = Long.parseLong(ids.get(0).substring(2));
        assertThat(ids).containsExactly("0-" + first, "0-" + (first + 1), "0-" + (first + 2));
    }

    @Test
    void aClientThatComesBackHearsWhatItMissed() {
        Opened session = bench.open(node);
        bench.write(session.client(), get("/mcp", session.header()));
        node.say(FakeNode.data(session.stream(), 0, true, "\"one\""));
        List<String> ids = ids(bench.said(session.client()));
        session.client().close();
        bench.trunks.run();
        node.say(
                FakeNode.data(session.stream(), 0, true, "\"two\""),
                FakeNode.data(session.stream(), 0, true, "\"three\""));
        EmbeddedChannel again = bench.connect();
        bench.write(again, get("/mcp", session.header(), "Last-Event-ID: " + ids.get(ids.size() - 1)));
        assertThat(messages(bench.said(again))).containsExactly("\"two\"", "\"three\"");
        node.say(FakeNode.data(session.stream(), 0, true, "\"four\""));
        assertThat(messages(bench.said(again))).containsExactly("\"four\"");
    }

    @Test
    void theStreamOfARequestGoesOnWhereTheClientComesBack() {
        Opened session = bench.open(node);
        EmbeddedChannel asking = bench.connect();
        bench.write(asking, post(PING, session.header(), NEWEST));
        node.say(note(session.stream(), 2, "\"one\""));
        List<String> ids = ids(bench.said(asking));
        asking.close();
        bench.trunks.run();
        node.say(note(session.stream(), 2, "\"two\""), FakeNode.data(session.stream(), 0, true, "\"other\""));
        EmbeddedChannel again = bench.connect();
        bench.write(again, get("/mcp", session.header(), "Last-Event-ID: " + ids.get(ids.size() - 1)));
        assertThat(messages(bench.said(again))).containsExactly("\"two\"");
        node.say(FakeNode.answer(session.stream(), 2, ANSWER));
        String end = bench.said(again);
        assertThat(messages(end)).containsExactly(ANSWER);
        assertThat(end).endsWith("0\r\n\r\n");
        // The same question again, now that the stream has ended.
        bench.write(again, get("/mcp", session.header(), "Last-Event-ID: " + ids.get(0)));
        String all = bench.said(again);
        assertThat(messages(all)).containsExactly("\"one\"", "\"two\"", ANSWER);
        assertThat(all).endsWith("0\r\n\r\n");
    }

    @Test
    void whatIsKeptNoMoreIsNotPassedOver() {
        Opened session = bench.open(node);
        long first = first(session);
        for (int i = 0; i < 5; i++) {
            say(session, "\"" + i + "\"");
        }
        assertThat(resumed(session, "0-" + first)).isEqualTo(410);
        bench.write(session.client(), get("/mcp", session.header(), "Last-Event-ID: 0-" + (first + 1)));
        assertThat(messages(bench.said(session.client()))).containsExactly("\"1\"", "\"2\"", "\"3\"", "\"4\"");
    }

    @Test
    void whatIsKeptOfWhatNobodyHasHeardIsSentToWhoeverBeginsToListen() {
        Opened session = bench.open(node);
        for (int i = 0; i < 5; i++) {
            say(session, "\"" + i + "\"");
        }
        assertThat(messages(bench.said(listen(session, "")))).containsExactly("\"1\"", "\"2\"", "\"3\"", "\"4\"");
    }

    /** The place with which a session's listening stream begins. */
    private long first(Opened session) {
        EmbeddedChannel client = listen(session, NEWEST);
        String id = ids(bench.said(client)).get(0);
        close(client);
        return Long.parseLong(id.substring(2));
    }

    @Test
    void anEventThatNeverWasIsNotFound() {
        Opened session = bench.open(node);
        long first = first(session);
        assertThat(resumed(session, "0-" + (first + 1))).isEqualTo(404);
        say(session, "\"a\"");
        for (String stream : List.of("1", "2", "77", "-1", "-2147483648", "2147483647")) {
            assertThat(resumed(session, stream + "-" + first)).as(stream).isEqualTo(404);
            assertThat(resumed(session, stream + "-" + (first + 1))).as(stream).isEqualTo(404);
        }
        for (long place : List.of(0L, first - 1, first + 2, first(bench.open(node)), Long.MAX_VALUE)) {
            assertThat(resumed(session, "0-" + place)).as("place " + place).isEqualTo(404);
        }
        for (String id : List.of("x", "-", "99999999999-1", "0-", "0--1", "+0-1", "00-1", "0-01")) {
            assertThat(resumed(session, id)).as(id).isEqualTo(400);
        }
    }

    @Test
    void anEmptyLastEventIsNone() {
        Opened session = bench.open(node);
        bench.write(session.client(), get("/mcp", session.header(), "Last-Event-ID: "));
        assertThat(status(bench.said(session.client()))).isEqualTo(200);
    }

    @Test
    void aStreamThatHasNotBegunCannotBeTakenFromItsRequest() {
        Opened session = bench.open(node);
        long first = first(session);
        EmbeddedChannel asking = bench.connect();
        bench.write(asking, post(PING, session.header(), NEWEST));
        assertThat(resumed(session, "2-" + first)).isEqualTo(404);
        node.say(FakeNode.answer(session.stream(), 2, ANSWER));
        assertThat(body(bench.said(asking))).isEqualTo(ANSWER);
        assertThat(resumed(session, "2-" + first)).as("it was no stream").isEqualTo(404);
    }

    @Test
    void whatIsLostIsGoneEvenAfterManyOtherStreams() {
        Opened session = bench.open(node);
        String first = streamed(session, 2);
        for (int number = 3; number < 70; number++) {
            streamed(session, number);
        }
        assertThat(resumed(session, first)).isEqualTo(410);
        String newest = streamed(session, 70);
        assertThat(resumed(session, newest)).as("everything has been heard").isEqualTo(200);
        assertThat(resumed(session, newest.replace("70-", "71-"))).isEqualTo(404);
    }

    @Test
    void aRequestThatWasCancelledAfterItsStreamBeganHasNothingMore() {
        Opened session = bench.open(node);
        EmbeddedChannel asking = bench.connect();
        bench.write(asking, post(PING, session.header(), NEWEST));
        node.say(note(session.stream(), 2, "\"one\""), new Frame.Done(session.stream(), 2));
        String id = last(ids(bench.said(asking)));
        EmbeddedChannel again = bench.connect();
        bench.write(again, get("/mcp", session.header(), "Last-Event-ID: " + id));
        String said = bench.said(again);
        assertThat(status(said)).isEqualTo(200);
        assertThat(messages(said)).isEmpty();
        assertThat(said).endsWith("0\r\n\r\n");
    }

    // --- what a client can read

    @Test
    void aClientThatReadsOnlyJsonHearsTheRestWhereItListens() {
        Opened session = bench.open(node);
        EmbeddedChannel listening = listen(session);
        String asked = post(PING, session.header(), NEWEST).replace(BOTH, "Accept: application/json");
        bench.write(session.client(), asked);
        node.say(note(session.stream(), 2, NOTICE), new Frame.Part(session.stream(), 2, 250));
        bench.tick(16);
        assertThat(bench.said(session.client())).isEmpty();
        assertThat(messages(bench.said(listening))).containsExactly(NOTICE);
        node.say(FakeNode.answer(session.stream(), 2, ANSWER));
        String response = bench.said(session.client());
        assertThat(header(response, "Content-Type")).isEqualTo("application/json");
        assertThat(body(response)).isEqualTo(ANSWER);
        bench.write(session.client(), asked);
        node.say(new Frame.Done(session.stream(), 3));
        assertThat(status(bench.said(session.client()))).isEqualTo(202);
    }

    @Test
    void aClientThatReadsOnlyEventsIsAnsweredWithOne() {
        EmbeddedChannel client = bench.connect();
        bench.write(client, post(INITIALIZE).replace(BOTH, "Accept: text/event-stream"));
        int stream = node.hear(Frame.Open.class).stream();
        node.say(new Frame.Opened(stream), FakeNode.answer(stream, 1, HttpBench.INITIALIZED));
        String opened = bench.said(client);
        assertThat(header(opened, "Content-Type")).isEqualTo("text/event-stream");
        assertThat(messages(opened)).containsExactly(HttpBench.INITIALIZED);
        String session = "Mcp-Session-Id: " + header(opened, "Mcp-Session-Id");
        bench.write(client, post(PING, session).replace(BOTH, "Accept: text/event-stream"));
        node.say(FakeNode.answer(stream, 2, ANSWER));
        String response = bench.said(client);
        assertThat(messages(response)).containsExactly(ANSWER);
        assertThat(response).endsWith("0\r\n\r\n");
        bench.write(client, post(NOTICE, session).replace(BOTH, "Accept: text/event-stream"));
        assertThat(status(bench.said(client))).isEqualTo(202);
    }

    @Test
    void aBatchThatAsksForNothingIsAccepted() {
        Opened session = bench.open(node);
        String batch = "[" + NOTICE + ",{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}]";
        bench.write(session.client(), post(batch, session.header()));
        String response = bench.said(session.client());
        assertThat(status(response)).isEqualTo(202);
        assertThat(body(response)).isEmpty();
        node.say(new Frame.Done(session.stream(), 2));
        assertThat(bench.said(session.client())).isEmpty();
        bench.write(session.client(), post("[" + NOTICE + "," + PING + "]", session.header()));
        node.say(FakeNode.answer(session.stream(), 3, "[" + ANSWER + "]"));
        assertThat(body(bench.said(session.client()))).isEqualTo("[" + ANSWER + "]");
    }

    private EmbeddedChannel listen(Opened session) {
        EmbeddedChannel client = listen(session, "X-Nothing: 0");
        assertThat(status(bench.said(client))).isEqualTo(200);
        return client;
    }

    private EmbeddedChannel listen(Opened session, String header) {
        EmbeddedChannel client = bench.connect();
        bench.write(client, header.isEmpty() ? get("/mcp", session.header()) : get("/mcp", session.header(), header));
        return client;
    }

    private void close(EmbeddedChannel client) {
        client.close();
        bench.trunks.run();
    }

    private void say(Opened session, String text) {
        node.say(FakeNode.data(session.stream(), 0, true, text));
    }

    /** The status for a client that comes back with this id. */
    private int resumed(Opened session, String id) {
        EmbeddedChannel client = bench.connect();
        bench.write(client, get("/mcp", session.header(), "Last-Event-ID: " + id));
        int status = status(bench.said(client));
        close(client);
        return status;
    }

    /** The id of the last event of a request's stream, which ends. */
    private String streamed(Opened session, int number) {
        EmbeddedChannel client = bench.connect();
        bench.write(client, post(PING, session.header()));
        node.say(note(session.stream(), number, NOTICE), FakeNode.answer(session.stream(), number, ANSWER));
        String id = last(ids(bench.said(client)));
        close(client);
        return id;
    }

    private static String last(List<String> ids) {
        return ids.get(ids.size() - 1);
    }

    @Test
    void theNodeIsHeldUpByAClientThatDoesNotRead() {
        Opened session = bench.open(node);
        bench.write(session.client(), get("/mcp", session.header()));
        session.client().unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        session.client().runPendingTasks();
        bench.tick(31);
        assertThat(session.client().isOpen()).isFalse();
        assertThat(bench.ended(Reason.CLIENT_SLOW)).isEqualTo(1);
        assertThat(bench.edge.httpSessions().size()).as("the session stays").isEqualTo(1);
    }

    @Test
    void thoseWhoWaitAreToldThatTheProcessStops() {
        Opened session = bench.open(node);
        bench.write(session.client(), post(PING, session.header()));
        bench.edge.drain(5_000);
        bench.trunks.run();
        bench.tick(1);
        assertThat(session.client().isOpen()).isTrue();
        node.say(FakeNode.answer(session.stream(), 2, ANSWER));
        String response = bench.said(session.client());
        assertThat(body(response)).isEqualTo(ANSWER);
        assertThat(header(response, "Connection")).isEqualToIgnoringCase("close");
        bench.tick(6);
        assertThat(bench.population()).isZero();
    }

    @Test
    void anIdleSessionWithoutConnectionsIsLetGoOfAtOnceWhenTheProcessStops() {
        Opened session = bench.open(node);
        close(session.client());
        bench.edge.drain(60_000);
        bench.trunks.run();
        assertThat(bench.population()).isZero();
    }

    @Test
    void anIdleSessionIsServedUntilItsClientsAreToldThatTheProcessStops() {
        Opened session = bench.open(node);
        EmbeddedChannel other = bench.connect();
        bench.edge.drain(60_000);
        bench.trunks.run();
        bench.write(session.client(), post(PING, session.header()));
        node.say(FakeNode.answer(session.stream(), 2, ANSWER));
        String response = bench.said(session.client());
        assertThat(body(response)).isEqualTo(ANSWER);
        assertThat(header(response, "Connection")).isEqualToIgnoringCase("close");
        node.heard();
        bench.write(other, post(INITIALIZE));
        int stream = node.hear(Frame.Open.class).stream();
        node.say(new Frame.Opened(stream), FakeNode.answer(stream, 1, HttpBench.INITIALIZED));
        assertThat(status(bench.said(other))).isEqualTo(200);
        bench.tick(6);
        assertThat(bench.population()).isZero();
    }

    @Test
    void aListeningStreamIsCutWhenTheProcessStopsSoThatNoPoolUsesItsConnectionAgain() {
        Opened session = bench.open(node);
        bench.write(session.client(), get("/mcp", session.header()));
        assertThat(header(bench.said(session.client()), "Connection")).isEmpty();
        bench.edge.drain(60_000);
        bench.trunks.run();
        bench.tick(6);
        assertThat(bench.said(session.client())).doesNotContain("0\r\n\r\n");
        assertThat(session.client().isOpen()).isFalse();
    }

    @Test
    void aConnectionWhoseStreamPromisedThatItStaysIsToldBeforeItIsClosed() {
        Opened session = bench.open(node);
        bench.write(session.client(), post(PING, session.header()));
        node.say(note(session.stream(), 2, NOTICE));
        assertThat(header(bench.said(session.client()), "Connection")).isEmpty();
        bench.edge.drain(60_000);
        bench.trunks.run();
        node.say(FakeNode.answer(session.stream(), 2, ANSWER));
        assertThat(bench.said(session.client())).endsWith("0\r\n\r\n");
        bench.tick(4);
        bench.write(session.client(), post(PING, session.header()));
        node.say(FakeNode.answer(session.stream(), 3, ANSWER));
        String response = bench.said(session.client());
        assertThat(body(response)).isEqualTo(ANSWER);
        assertThat(header(response, "Connection")).isEqualToIgnoringCase("close");
        assertThat(session.client().isOpen()).isFalse();
    }

    private static Frame.Data note(int stream, int number, String text) {
        return new Frame.Data(stream, number, true, false, true, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }

    /** The messages of the events in this text. */
    private static List<String> messages(String text) {
        return Pattern.compile("(?md)^data: (.+)$")
                .matcher(text)
                .results()
                .map(line -> line.group(1))
                .toList();
    }

    private static List<String> ids(String text) {
        return Pattern.compile("(?md)^id: (.+)$")
                .matcher(text)
                .results()
                .map(line -> line.group(1))
                .toList();
    }
}
