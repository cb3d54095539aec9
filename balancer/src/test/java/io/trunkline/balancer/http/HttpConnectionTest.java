package io.trunkline.balancer.http;

import static io.trunkline.balancer.edge.HttpBench.PING;
import static io.trunkline.balancer.edge.HttpBench.get;
import static io.trunkline.balancer.edge.HttpBench.header;
import static io.trunkline.balancer.edge.HttpBench.post;
import static io.trunkline.balancer.edge.HttpBench.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.balancer.client.FirstTurn;
import io.trunkline.balancer.edge.HttpBench;
import io.trunkline.protocol.refusal.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HttpConnectionTest {
    private static final String START = "POST /mcp HTTP/1.1\r\nHost: localhost\r\n";
    private static final String JSON = "Content-Type: application/json\r\n";
    private static final String ACCEPT = "Accept: application/json, text/event-stream\r\n";

    private HttpBench bench = new HttpBench();

    @AfterEach
    void nothingIsLeft() {
        bench.close();
    }

    static Stream<Arguments> requestsThatEndTheConnection() {
        String chunked = START + JSON + ACCEPT + "Transfer-Encoding: chunked\r\n";
        return Stream.of(
                Arguments.of("noise", 400, "noise\r\n\r\n"),
                Arguments.of("both lengths", 400, chunked + "Content-Length: 5\r\n\r\n0\r\n\r\n"),
                Arguments.of(
                        "length first",
                        400,
                        START + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                Arguments.of("two lengths", 400, START + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde"),
                Arguments.of("same length twice", 400, START + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde"),
                Arguments.of("list of lengths", 400, START + "Content-Length: 5, 5\r\n\r\nabcde"),
                Arguments.of("signed length", 400, START + "Content-Length: +5\r\n\r\nabcde"),
                Arguments.of("length of letters", 400, START + "Content-Length: five\r\n\r\nabcde"),
                Arguments.of("coding unknown", 400, START + "Transfer-Encoding: gzip, chunked\r\n\r\n"),
                Arguments.of("coding twice", 400, chunked + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                Arguments.of("coding with a tab", 400, START + "Transfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n"),
                Arguments.of(
                        "coding in 1.0",
                        400,
                        "POST /mcp HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"),
                Arguments.of("chunk size of letters", 400, chunked + "\r\nxyz\r\n"),
                Arguments.of("chunk size with sign", 400, chunked + "\r\n-1\r\n"),
                Arguments.of("chunk size with 0x", 400, chunked + "\r\n0x5\r\nabcde\r\n"),
                Arguments.of("chunk size too large", 400, chunked + "\r\nfffffffff\r\n"),
                Arguments.of("chunk longer than said", 400, chunked + "\r\n3\r\nabcde\r\n0\r\n\r\n"),
                Arguments.of("folded header", 400, START + "X-A: 1\r\n 2\r\nContent-Length: 0\r\n\r\n"),
                Arguments.of("folded first header", 400, "POST /mcp HTTP/1.1\r\n Host: localhost\r\n\r\n"),
                Arguments.of("bare line feed", 400, "POST /mcp HTTP/1.1\nHost: localhost\n\n"),
                Arguments.of("bare line feed in head", 400, "POST /mcp HTTP/1.1\r\nX: 1\nHost: localhost\r\n\r\n"),
                Arguments.of("blank before colon", 400, START + "Content-Length : 0\r\n\r\n"),
                Arguments.of("no host", 400, "POST /mcp HTTP/1.1\r\n\r\n"),
                Arguments.of("two hosts", 400, START + "Host: localhost\r\n\r\n"),
                Arguments.of("host that is none", 400, "GET /mcp HTTP/1.1\r\nHost: local host\r\n\r\n"),
                Arguments.of("other host", 403, "GET /mcp HTTP/1.1\r\nHost: evil.example\r\n\r\n"),
                Arguments.of("host like ours", 403, "GET /mcp HTTP/1.1\r\nHost: localhost.evil.example\r\n\r\n"),
                Arguments.of("other origin", 403, START + "Origin: http://evil.example\r\n\r\n"),
                Arguments.of("origin of a file", 403, START + "Origin: null\r\n\r\n"),
                Arguments.of("other scheme", 403, START + "Origin: http://app.example.com\r\n\r\n"),
                Arguments.of(
                        "scheme of no page",
                        403,
                        "GET /mcp HTTP/1.1\r\nHost: localhost\r\nOrigin: ftp://localhost\r\n\r\n"),
                Arguments.of(
                        "app with our name",
                        403,
                        "GET /mcp HTTP/1.1\r\nHost: localhost\r\nOrigin: app://localhost\r\n\r\n"),
                Arguments.of(
                        "whole target elsewhere",
                        403,
                        "GET http://evil.example/mcp HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Arguments.of("whole target without host", 400, "GET http://localhost/mcp HTTP/1.1\r\n\r\n"),
                Arguments.of(
                        "whole target with two hosts",
                        400,
                        "GET http://localhost/mcp HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n"),
                Arguments.of("user in target", 400, "GET http://a@localhost/mcp HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Arguments.of("target without host", 400, "GET http:///mcp HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Arguments.of(
                        "other scheme of target", 400, "GET ftp://localhost/mcp HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Arguments.of("only a host", 400, "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Arguments.of("star but no options", 400, "GET * HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Arguments.of("host without a name", 400, "GET /mcp HTTP/1.1\r\nHost: \r\n\r\n"),
                Arguments.of("host of a dot", 403, "GET /mcp HTTP/1.1\r\nHost: .\r\n\r\n"),
                Arguments.of("unknown path", 404, "GET /mcp/x HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Arguments.of("two slashes", 404, "GET /mcp// HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Arguments.of("escaped slash", 404, "GET /mcp%2Fws HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Arguments.of("half an escape", 404, "GET /mcp%6 HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Arguments.of("unknown method", 405, "PUT /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Arguments.of("no preflight by default", 405, "OPTIONS /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Arguments.of(
                        "no accept of either",
                        406,
                        START + JSON + "Accept: text/html, application/json;q=0\r\nContent-Length: 2\r\n\r\n{}"),
                Arguments.of(
                        "listening without accept",
                        406,
                        "GET /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n"),
                Arguments.of("no length", 411, START + JSON + ACCEPT + "\r\n"),
                Arguments.of("body too large", 413, START + JSON + ACCEPT + "Content-Length: 65537\r\n\r\n"),
                Arguments.of(
                        "length beyond numbers",
                        400,
                        START + JSON + ACCEPT + "Content-Length: 99999999999999999999\r\n\r\n"),
                Arguments.of(
                        "chunks too large", 413, chunked + "\r\nfffe\r\n" + "a".repeat(65534) + "\r\n5\r\nabcde\r\n"),
                Arguments.of(
                        "line too long", 414, "GET /mcp?" + "a".repeat(9000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Arguments.of("no type", 415, START + ACCEPT + "Content-Length: 2\r\n\r\n{}"),
                Arguments.of(
                        "type text", 415, START + ACCEPT + "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}"),
                Arguments.of(
                        "other charset",
                        415,
                        START + ACCEPT
                                + "Content-Type: application/json; charset=latin1\r\nContent-Length: 2\r\n\r\n{}"),
                Arguments.of(
                        "compressed",
                        415,
                        START + JSON + ACCEPT + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"),
                Arguments.of(
                        "compressed by the second line",
                        415,
                        START + JSON + ACCEPT + "Content-Encoding: identity\r\nContent-Encoding: gzip\r\n"
                                + "Content-Length: 2\r\n\r\n{}"),
                Arguments.of(
                        "compressed in a list",
                        415,
                        START + JSON + ACCEPT + "Content-Encoding: identity, br\r\nContent-Length: 2\r\n\r\n{}"),
                Arguments.of("expectation", 417, START + "Expect: miracles\r\nContent-Length: 2\r\n\r\n"),
                Arguments.of("too many headers", 431, START + "X: 1\r\n".repeat(101) + "\r\n"),
                Arguments.of("headers too large", 431, START + "X: " + "a".repeat(17_000) + "\r\n\r\n"),
                Arguments.of(
                        "version unknown to mcp",
                        400,
                        "GET /mcp HTTP/1.1\r\nHost: localhost\r\nMcp-Protocol-Version: 1999-01-01\r\n\r\n"),
                Arguments.of(
                        "no stream without sessions",
                        405,
                        "GET /mcp HTTP/1.1\r\nHost: localhost\r\nMcp-Protocol-Version: 2026-07-28\r\n\r\n"),
                Arguments.of(
                        "no delete without sessions",
                        405,
                        "DELETE /mcp HTTP/1.1\r\nHost: localhost\r\nMcp-Protocol-Version: 2026-07-28\r\n\r\n"),
                Arguments.of(
                        "two methods of mcp",
                        400,
                        START + "Mcp-Method: a\r\nMcp-Method: b\r\nContent-Length: 2\r\n\r\n{}"),
                Arguments.of("two names", 400, START + "Mcp-Name: a\r\nMcp-Name: a\r\nContent-Length: 2\r\n\r\n{}"),
                Arguments.of(
                        "two sessions",
                        400,
                        START + "Mcp-Session-Id: a\r\nMcp-Session-Id: b\r\nContent-Length: 2\r\n\r\n{}"),
                Arguments.of("body on GET", 400, "GET /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"),
                Arguments.of("version of http", 505, "GET /mcp HTTP/1.2\r\nHost: localhost\r\n\r\n"));
    }

    static Stream<Arguments> requestsThatAreServed() {
        String host = " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        return Stream.of(
                Arguments.of("whole target", 400, "GET http://localhost/mcp" + host),
                Arguments.of("whole target in capitals", 400, "GET HTTP://LOCALHOST:8080/mcp" + host),
                Arguments.of(
                        "whole target counts, not Host",
                        400,
                        "GET https://localhost/mcp HTTP/1.1\r\nHost: evil.example\r\n\r\n"),
                Arguments.of("escaped letters", 400, "GET /%6d%63%70" + host),
                Arguments.of("escaped in a whole target", 400, "GET http://localhost/%6Dcp?x=%6d" + host),
                Arguments.of("slash at the end", 400, "GET /mcp/" + host),
                Arguments.of("slash and query", 400, "GET /mcp/?a=b" + host),
                Arguments.of("websocket with a slash", 426, "GET /mcp/ws/" + host),
                Arguments.of("root at the end", 400, "GET /mcp HTTP/1.1\r\nHost: localhost.\r\n\r\n"),
                Arguments.of("root and port", 400, "GET /mcp HTTP/1.1\r\nHost: LocalHost.:8080\r\n\r\n"),
                Arguments.of(
                        "origin with root",
                        400,
                        "GET /mcp HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost.:3000\r\n\r\n"),
                Arguments.of(
                        "origin as listed",
                        400,
                        "GET /mcp HTTP/1.1\r\nHost: localhost\r\nOrigin: https://app.example.com\r\n\r\n"),
                Arguments.of("options of all", 204, "OPTIONS *" + host),
                Arguments.of("options of all by name", 204, "OPTIONS http://localhost" + host),
                Arguments.of("type with a semicolon", 400, typed("application/json;")),
                Arguments.of("type with charset", 400, typed("application/json; charset=UTF-8; profile=x")),
                Arguments.of(
                        "type with a quoted charset", 400, typed("Application/JSON;profile=\"a;b\";charset=\"utf-8\"")),
                Arguments.of("coding of none", 400, typed("application/json\r\nContent-Encoding: identity, identity")));
    }

    private static String typed(String type) {
        return START + ACCEPT + "Content-Type: " + type + "\r\nContent-Length: 2\r\n\r\n{}";
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("requestsThatAreServed")
    void readsTheSameRequestInOtherWords(String name, int status, String request) {
        EmbeddedChannel client = bench.connect();
        bench.write(client, request);
        String response = bench.said(client);
        assertThat(status(response)).isEqualTo(status);
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void tellsWhatTheServerCanDoAtAll() {
        EmbeddedChannel client = bench.connect();
        bench.write(client, "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n");
        String response = bench.said(client);
        assertThat(header(response, "Allow")).contains("GET", "POST", "DELETE", "OPTIONS");
        bench.write(client, "OPTIONS * HTTP/1.1\r\nHost: evil.example\r\n\r\n");
        assertThat(status(bench.said(client))).isEqualTo(403);
    }

    @Test
    void tellsWhichCodingsAreTaken() {
        EmbeddedChannel client = bench.connect();
        bench.write(client, START + JSON + ACCEPT + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}");
        assertThat(header(bench.said(client), "Accept-Encoding")).isEqualTo("identity");
        EmbeddedChannel other = bench.connect();
        bench.write(other, START + ACCEPT + "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}");
        assertThat(header(bench.said(other), "Accept-Encoding")).isEmpty();
    }

    @Test
    void datesEveryAnswer() {
        EmbeddedChannel client = bench.connect();
        for (String request : List.of(get("/mcp"), post("noise"), get("/mcp/ws"), "noise\r\n\r\n")) {
            bench.write(client, request);
            String date = header(bench.said(client), "Date");
            Instant said = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            assertThat(Duration.between(said, Instant.now()).abs()).isLessThan(Duration.ofSeconds(30));
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("requestsThatEndTheConnection")
    void refusesClosesAndRunsNothingBehind(String name, int status, String request) {
        EmbeddedChannel client = bench.connect();
        bench.write(client, request + post(PING));
        String response = bench.said(client);
        assertThat(status(response)).isEqualTo(status);
        assertThat(header(response, "Connection")).isEqualToIgnoringCase("close");
        assertThat(response.split("HTTP/1.1 ", -1)).as("one response").hasSize(2);
        assertThat(response).contains("\"jsonrpc\":\"2.0\"");
        assertThat(client.isOpen()).isFalse();
        assertThat(bench.counted(status)).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("requestsThatEndTheConnection")
    void refusesTheSameByteByByte(String name, int status, String request) {
        EmbeddedChannel client = bench.connect();
        byte[] bytes = request.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length && client.isOpen(); i++) {
            bench.write(client, new byte[] {bytes[i]});
        }
        assertThat(status(bench.said(client))).isEqualTo(status);
        assertThat(client.isOpen()).isFalse();
    }

    static Stream<Arguments> requestsThatLeaveTheConnectionOpen() {
        return Stream.of(
                Arguments.of("no json", 400, -32700, post("noise")),
                Arguments.of(
                        "name twice", 400, -32700, post("{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"}")),
                Arguments.of("too deep", 400, -32700, post("[".repeat(100) + "]".repeat(100))),
                Arguments.of("no message", 400, -32600, post("{\"jsonrpc\":\"2.0\",\"id\":1}")),
                Arguments.of("no session", 400, -32600, post(PING)),
                Arguments.of("no session to listen to", 400, -32600, get("/mcp")),
                Arguments.of("session unknown", 404, -32001, post(PING, "Mcp-Session-Id: AAbbbbbbbbbbbbbbbbbbbbbb")),
                Arguments.of("session no id", 404, -32001, post(PING, "Mcp-Session-Id: ../../etc/passwd")),
                Arguments.of("stream unknown", 404, -32001, get("/mcp", "Mcp-Session-Id: AAbbbbbbbbbbbbbbbbbbbbbb")),
                Arguments.of("no upgrade", 426, -32600, get("/mcp/ws")));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("requestsThatLeaveTheConnectionOpen")
    void refusesOneRequestAndReadsTheNext(String name, int status, int code, String request) {
        EmbeddedChannel client = bench.connect();
        for (int round = 1; round <= 2; round++) {
            bench.write(client, request);
            String response = bench.said(client);
            assertThat(status(response)).isEqualTo(status);
            assertThat(HttpBench.body(response)).contains("\"code\":" + code);
            assertThat(client.isOpen()).isTrue();
            assertThat(bench.counted(status)).isEqualTo(round);
        }
        assertThat(bench.edge.httpSessions().size()).isZero();
    }

    @Test
    void aBodyThatIsNotUtf8IsRefused() {
        EmbeddedChannel client = bench.connect();
        byte[] request = post(PING.replace("ping", "p!ng"), "Mcp-Protocol-Version: 2025-11-25")
                .getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < request.length; i++) {
            // A continuation byte with nothing to continue.
            request[i] = request[i] == '!' ? (byte) 0x80 : request[i];
        }
        bench.write(client, request);
        String response = bench.said(client);
        assertThat(status(response)).isEqualTo(400);
        assertThat(HttpBench.body(response)).contains("\"code\":-32700");
        assertThat(client.isOpen()).isTrue();
        assertThat(bench.counted(400)).isEqualTo(1);
    }

    @Test
    void anEmptyListDenies() {
        bench.close();
        bench = new HttpBench(HttpBench.settings(List.of(), List.of(), false, 0));
        EmbeddedChannel client = bench.connect();
        bench.write(client, get("/mcp"));
        assertThat(status(bench.said(client))).isEqualTo(403);
        bench.close();
        bench = new HttpBench(HttpBench.settings(List.of("*"), List.of(), false, 0));
        EmbeddedChannel page = bench.connect();
        bench.write(page, get("/mcp", "Origin: http://localhost"));
        assertThat(status(bench.said(page))).isEqualTo(403);
    }

    @Test
    void tellsBrowsersOnlyWhenItIsToldTo() {
        EmbeddedChannel client = bench.connect();
        bench.write(client, get("/mcp", "Origin: http://localhost:3000"));
        assertThat(header(bench.said(client), "Access-Control-Allow-Origin")).isEmpty();
        bench.close();
        bench = new HttpBench(HttpBench.settings(true, 0));
        EmbeddedChannel page = bench.connect();
        String question = get(
                "/mcp",
                "Origin: https://app.example.com",
                "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: mcp-session-id");
        bench.write(page, question.replace("GET", "OPTIONS"));
        String preflight = bench.said(page);
        assertThat(status(preflight)).isEqualTo(204);
        assertThat(header(preflight, "access-control-allow-origin")).isEqualTo("https://app.example.com");
        assertThat(header(preflight, "access-control-allow-headers")).isEqualTo("mcp-session-id");
        bench.write(page, post(PING, "Origin: https://app.example.com"));
        String refused = bench.said(page);
        assertThat(status(refused)).isEqualTo(400);
        assertThat(header(refused, "access-control-expose-headers")).contains("Mcp-Session-Id");
    }

    @Test
    void readsPipelinedRequestsOneAtATime() {
        EmbeddedChannel client = bench.connect();
        bench.write(client, post(PING) + post("noise") + get("/mcp"));
        assertThat(bench.said(client).split("HTTP/1.1 400", -1)).hasSize(4);
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void manyPipelinedRequestsDoNotHaveTheLoopForThemselves() {
        EmbeddedChannel client = bench.connect();
        FirstTurn turn = FirstTurn.of(client, "HTTP/1.1 400");
        bench.write(client, post("noise").repeat(300));
        assertThat(turn.answers()).isEqualTo(64);
        assertThat(turn.readOn()).isFalse();
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            all.append(bench.said(client));
        }
        assertThat(all.toString().split("HTTP/1.1 400", -1)).hasSize(301);
        assertThat(client.config().isAutoRead()).isTrue();
    }

    @Test
    void aBodyOfTinyChunksDoesNotHaveTheLoopForItself() {
        EmbeddedChannel client = bench.connect();
        bench.write(client, START + JSON + ACCEPT + "Transfer-Encoding: chunked\r\n\r\n");
        FirstTurn turn = FirstTurn.of(client, "HTTP/1.1 400");
        bench.write(client, "1\r\n{\r\n".repeat(300) + "0\r\n\r\n");
        assertThat(turn.answers()).isZero();
        assertThat(turn.readOn()).isFalse();
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            all.append(bench.said(client));
        }
        assertThat(status(all.toString())).isEqualTo(400);
    }

    @Test
    void closesAfterTheAnswerToAnOldClient() {
        EmbeddedChannel client = bench.connect();
        bench.write(client, post(PING).replace("HTTP/1.1", "HTTP/1.0"));
        String response = bench.said(client);
        assertThat(status(response)).isEqualTo(400);
        assertThat(header(response, "Connection")).isEqualToIgnoringCase("close");
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void saysThatTheBodyMayCome() {
        EmbeddedChannel client = bench.connect();
        String request = post("noise", "Expect: 100-continue");
        int head = request.indexOf("\r\n\r\n") + 4;
        bench.write(client, request.substring(0, head));
        assertThat(status(bench.said(client))).isEqualTo(100);
        bench.write(client, request.substring(head));
        assertThat(status(bench.said(client))).isEqualTo(400);
    }

    @Test
    void aConnectionOnWhichNothingIsSaidIsClosedWithoutAWord() {
        EmbeddedChannel client = bench.connect();
        bench.tick(9);
        assertThat(client.isOpen()).isTrue();
        bench.tick(11);
        assertThat(bench.said(client)).isEmpty();
        assertThat(client.isOpen()).isFalse();
        assertThat(bench.ended(Reason.FIRST_MESSAGE_LATE)).isEqualTo(1);
    }

    @Test
    void aHeadThatDripsIsCutOff() {
        EmbeddedChannel client = bench.connect();
        bench.write(client, post("noise"));
        bench.said(client);
        bench.tick(200);
        assertThat(client.isOpen()).isTrue();
        bench.write(client, "POST /mcp HTTP/1.1\r\nX:");
        bench.tick(9);
        assertThat(client.isOpen()).isTrue();
        bench.tick(11);
        assertThat(status(bench.said(client))).isEqualTo(408);
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void aBodyThatDripsIsCutOffAndNotCountedAnyMore() {
        EmbeddedChannel client = bench.connect();
        String request = post(" ".repeat(20_000));
        bench.write(client, request.substring(0, 15_000));
        assertThat(bench.held()).isPositive();
        bench.tick(31);
        assertThat(status(bench.said(client))).isEqualTo(408);
        assertThat(bench.held()).isZero();
        assertThat(bench.ended(Reason.MESSAGE_SLOW)).isEqualTo(1);
    }

    @Test
    void anIdleConnectionIsClosedWithoutAWord() {
        EmbeddedChannel client = bench.connect();
        bench.write(client, post("noise"));
        bench.said(client);
        bench.tick(301);
        assertThat(bench.said(client)).isEmpty();
        assertThat(client.isOpen()).isFalse();
        assertThat(bench.ended(Reason.IDLE)).isEqualTo(1);
    }
}
