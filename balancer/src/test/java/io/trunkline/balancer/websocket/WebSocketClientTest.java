package io.trunkline.balancer.websocket;

import static io.trunkline.balancer.edge.HttpBench.PING;
import static io.trunkline.balancer.edge.HttpBench.header;
import static io.trunkline.balancer.edge.HttpBench.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.balancer.client.FirstTurn;
import io.trunkline.balancer.edge.HttpBench;
import io.trunkline.balancer.trunk.FakeNode;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class WebSocketClientTest {
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING_FRAME = 9;
    private static final int PONG = 10;
    private static final int END = 0x80;

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

    @Test
    void carriesOneMessageInEachTextMessage() {
        EmbeddedChannel client = open();
        bench.write(client, frame(END | TEXT, PING));
        Frame.Open open = node.hear(Frame.Open.class);
        assertThat(open.transport()).isEqualTo("ws");
        node.say(new Frame.Opened(open.stream()));
        assertThat(FakeNode.text(node.hear(Frame.Data.class))).isEqualTo(PING);
        node.say(
                FakeNode.data(open.stream(), 0, true, "{\"note\":1}"),
                FakeNode.data(open.stream(), 1, false, "{\"ans"),
                FakeNode.answer(open.stream(), 1, "wer\":2}"));
        ByteBuf said = Unpooled.wrappedBuffer(bench.bytes(client));
        assertThat(next(said)).isEqualTo("1 {\"note\":1}");
        assertThat(next(said)).isEqualTo("1 {\"answer\":2}");
        assertThat(said.isReadable()).isFalse();
    }

    @Test
    void echoesTheSubprotocolOnlyWhenItIsOffered() {
        assertThat(header(upgrade(bench.connect(), "Sec-WebSocket-Protocol: chat, mcp"), "Sec-WebSocket-Protocol"))
                .isEqualTo("mcp");
        assertThat(header(upgrade(bench.connect()), "Sec-WebSocket-Protocol")).isEmpty();
    }

    @Test
    void speaksNoCompression() {
        String response = upgrade(bench.connect(), "Sec-WebSocket-Extensions: permessage-deflate");
        assertThat(header(response, "Sec-WebSocket-Extensions")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-WebSocket-Version: 13, Sec-WebSocket-Version: 8, 426",
        "Upgrade: websocket, Upgrade: h2c, 426",
        "Connection: Upgrade, Connection: keep-alive, 426",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==, Sec-WebSocket-Key: c2hvcnQ=, 400",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==, X-Key: none, 400",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==, KEY TWICE, 400",
        "Sec-WebSocket-Version: 13, VERSION TWICE, 400",
        "Host: localhost, Host: evil.example, 403",
        "Sec-WebSocket-Version: 13, Origin: http://evil.example, 403",
    })
    void refusesOtherUpgrades(String line, String instead, int status) {
        EmbeddedChannel client = bench.connect();
        bench.write(client, request().replace(line, instead.endsWith(" TWICE") ? line + "\r\n" + line : instead));
        String response = bench.said(client);
        assertThat(status(response)).isEqualTo(status);
        if (status == 426) {
            assertThat(header(response, "Connection")).isEqualToIgnoringCase("upgrade");
            assertThat(header(response, "Upgrade")).isEqualToIgnoringCase("websocket");
            assertThat(header(response, "Sec-WebSocket-Version")).isEqualTo("13");
        }
    }

    @Test
    void passesOnAMessageWithAByteOrderMark() {
        EmbeddedChannel client = open();
        bench.write(client, frame(END | TEXT, "\ufeff" + PING));
        Frame.Open open = node.hear(Frame.Open.class);
        node.say(new Frame.Opened(open.stream()));
        assertThat(FakeNode.text(node.hear(Frame.Data.class))).endsWith(PING);
    }

    @Test
    void countsTheFragmentsOfAMessage() {
        EmbeddedChannel client = open();
        bench.write(client, frame(TEXT, "{"));
        for (int i = 0; i < 1023; i++) {
            bench.write(client, frame(0, ""));
            assertThat(client.isOpen()).isTrue();
        }
        bench.write(client, frame(0, ""));
        assertThat(next(Unpooled.wrappedBuffer(bench.bytes(client)))).isEqualTo("8 1009");
        assertThat(bench.ended(Reason.MESSAGE_TOO_LARGE)).isEqualTo(1);
    }

    @Test
    void forgetsTheFragmentsOfAMessageThatIsWhole() {
        EmbeddedChannel client = open();
        for (int message = 0; message < 3; message++) {
            bench.write(client, frame(TEXT, "{"));
            for (int i = 0; i < 1000; i++) {
                bench.write(client, frame(0, " "));
            }
            bench.write(client, frame(END, "}"));
        }
        assertThat(client.isOpen()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 1000",
        "1014, 1014",
        "3000, 3000",
        "4999, 4999",
        "5000, 1002",
        "65535, 1002",
        "999, 1002",
        "1004, 1002",
        "1005, 1002",
        "1006, 1002",
        "1015, 1002",
        "2999, 1002"
    })
    void echoesOnlyCodesThatMayBeSent(int code, int answer) {
        EmbeddedChannel client = open();
        bench.write(client, frame(END | CLOSE, new byte[] {(byte) (code >> 8), (byte) code}));
        assertThat(next(Unpooled.wrappedBuffer(bench.bytes(client)))).isEqualTo("8 " + answer);
        assertThat(client.isOpen()).isFalse();
        assertThat(bench.ended(Reason.PROTOCOL)).isEqualTo(answer == code ? 0 : 1);
    }

    @Test
    void joinsFragmentsAroundAPing() {
        EmbeddedChannel client = open();
        bench.write(client, frame(TEXT, PING.substring(0, 10)));
        bench.write(client, frame(END | PING_FRAME, "are you there"));
        assertThat(next(Unpooled.wrappedBuffer(bench.bytes(client)))).isEqualTo("10 are you there");
        bench.write(client, frame(0, PING.substring(10, 20)));
        assertThat(node.heard()).isEmpty();
        bench.write(client, frame(END, PING.substring(20)));
        Frame.Open open = node.hear(Frame.Open.class);
        node.say(new Frame.Opened(open.stream()));
        assertThat(FakeNode.text(node.hear(Frame.Data.class))).isEqualTo(PING);
    }

    @Test
    void readsTheSameByteByByte() {
        EmbeddedChannel client = open();
        for (byte one : frame(END | TEXT, PING)) {
            bench.write(client, new byte[] {one});
        }
        Frame.Open open = node.hear(Frame.Open.class);
        node.say(new Frame.Opened(open.stream()));
        assertThat(FakeNode.text(node.hear(Frame.Data.class))).isEqualTo(PING);
    }

    static Stream<Arguments> framesThatEndIt() {
        byte[] unmasked = {(byte) (END | TEXT), 2, '{', '}'};
        byte[] bad = frame(END | TEXT, new byte[] {(byte) 0xc3, 0x28});
        return Stream.of(
                Arguments.of("binary", 1003, Reason.PROTOCOL, frame(END | BINARY, PING)),
                Arguments.of("no mask", 1002, Reason.PROTOCOL, unmasked),
                Arguments.of("no utf-8", 1007, Reason.PROTOCOL, bad),
                Arguments.of("reserved bit", 1002, Reason.PROTOCOL, frame(END | 0x40 | TEXT, PING)),
                Arguments.of("unknown kind", 1002, Reason.PROTOCOL, frame(END | 3, "")),
                Arguments.of("ping in fragments", 1002, Reason.PROTOCOL, frame(PING_FRAME, "")),
                Arguments.of("ping too long", 1002, Reason.PROTOCOL, frame(END | PING_FRAME, "a".repeat(126))),
                Arguments.of("rest without a start", 1002, Reason.PROTOCOL, frame(END, "{}")),
                Arguments.of("frame too large", 1009, Reason.PROTOCOL, frame(END | TEXT, "a".repeat(65_537))));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("framesThatEndIt")
    void endsWithACodeThatSaysWhy(String name, int code, Reason counted, byte[] frame) {
        EmbeddedChannel client = open();
        bench.write(client, frame);
        assertThat(next(Unpooled.wrappedBuffer(bench.bytes(client)))).isEqualTo("8 " + code);
        assertThat(client.isOpen()).isFalse();
        assertThat(bench.ended(counted)).isEqualTo(1);
        assertThat(node.heard()).isEmpty();
    }

    @Test
    void fragmentsTogetherAreBoundedLikeAMessage() {
        EmbeddedChannel client = open();
        bench.write(client, frame(TEXT, "a".repeat(40_000)));
        assertThat(bench.held()).isPositive();
        bench.write(client, frame(0, "a".repeat(40_000)));
        assertThat(next(Unpooled.wrappedBuffer(bench.bytes(client)))).isEqualTo("8 1009");
        assertThat(bench.ended(Reason.MESSAGE_TOO_LARGE)).isEqualTo(1);
        assertThat(bench.held()).isZero();
    }

    @Test
    void aFrameThatIsNotWholeIsCountedAndCutOff() {
        EmbeddedChannel client = open();
        byte[] frame = frame(END | TEXT, "a".repeat(40_000));
        bench.write(client, java.util.Arrays.copyOf(frame, 30_000));
        assertThat(bench.held()).isBetween(29_000L, 33_000L);
        bench.write(client, new byte[1]);
        bench.tick(9);
        assertThat(client.isOpen()).isTrue();
        bench.tick(11);
        assertThat(client.isOpen()).isFalse();
        assertThat(bench.ended(Reason.FIRST_MESSAGE_LATE)).isEqualTo(1);
    }

    @Test
    void framesBeyondWhatTheProcessTakesAreRefused() {
        bench.memory.budget().take(HttpBench.BUDGET - 100_000);
        byte[] most = java.util.Arrays.copyOf(frame(END | TEXT, "a".repeat(60_000)), 59_000);
        EmbeddedChannel light = open();
        bench.write(light, frame(TEXT, "a".repeat(1000)));
        List<EmbeddedChannel> clients = List.of(open(), open());
        clients.forEach(client -> bench.write(client, most));
        for (EmbeddedChannel client : clients) {
            ByteBuf said = Unpooled.wrappedBuffer(bench.bytes(client));
            assertThat(next(said)).startsWith("1 ").contains("\"reason\":\"overloaded\"");
            assertThat(next(said)).isEqualTo("8 1013");
            assertThat(client.isOpen()).isFalse();
        }
        assertThat(light.isOpen()).isTrue();
        bench.memory.budget().giveBack(HttpBench.BUDGET - 100_000);
    }

    @Test
    void manyFramesDoNotHaveTheLoopForThemselves() {
        EmbeddedChannel client = open();
        FirstTurn turn = FirstTurn.of(client, "pong");
        ByteBuf many = Unpooled.buffer();
        for (int i = 0; i < 90; i++) {
            many.writeBytes(frame(END | PING_FRAME, "pong"));
        }
        bench.write(client, ByteBufUtil.getBytes(many));
        assertThat(turn.answers()).isEqualTo(64);
        assertThat(turn.readOn()).isFalse();
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            all.append(bench.said(client));
        }
        assertThat(all.toString().split("pong", -1)).hasSize(91);
        assertThat(client.config().isAutoRead()).isTrue();
    }

    @Test
    void moreThanAHundredPingsInASecondEndIt() {
        EmbeddedChannel client = open();
        byte[] ping = frame(END | PING_FRAME, "");
        for (int i = 0; i < 100; i++) {
            bench.write(client, ping);
        }
        ByteBuf said = Unpooled.wrappedBuffer(bench.bytes(client));
        for (int i = 0; i < 100; i++) {
            assertThat(next(said)).isEqualTo("10 ");
        }
        bench.write(client, ping);
        assertThat(next(Unpooled.wrappedBuffer(bench.bytes(client)))).isEqualTo("8 1008");
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void aClientThatDoesNotReadIsReadNoMore() {
        EmbeddedChannel client = open();
        bench.clogged(client, true);
        for (int i = 0; i < 20; i++) {
            bench.write(client, frame(END | PING_FRAME, "ping " + i));
        }
        assertThat(bench.bytes(client)).isEmpty();
        assertThat(client.config().isAutoRead()).isFalse();
        assertThat(bench.held()).as("bytes, and no frames").isLessThan(20 * 100);
        bench.clogged(client, false);
        ByteBuf said = Unpooled.wrappedBuffer(bench.bytes(client));
        for (int i = 0; i < 20; i++) {
            assertThat(next(said)).isEqualTo("10 ping " + i);
        }
        assertThat(client.config().isAutoRead()).isTrue();
    }

    @Test
    void atMostOnePongWaitsForAClientThatDoesNotRead() {
        EmbeddedChannel client = open();
        bench.clogged(client, true);
        Pongs pongs = new Pongs();
        for (int i = 0; i < 5; i++) {
            ByteBuf ping = bench.trunks.memory().buffer().writeByte('0' + i);
            assertThat(pongs.answer(client, ping, i)).isTrue();
            ping.release();
        }
        bench.clogged(client, false);
        pongs.writeWaiting(client);
        ByteBuf said = Unpooled.wrappedBuffer(bench.bytes(client));
        assertThat(next(said)).isEqualTo("10 4");
        assertThat(said.isReadable()).isFalse();
    }

    @Test
    void aCloseIsAnsweredAndEndsTheSession() {
        EmbeddedChannel client = open();
        bench.write(client, frame(END | TEXT, PING));
        int stream = node.hear(Frame.Open.class).stream();
        node.say(new Frame.Opened(stream));
        node.heard();
        bench.write(client, frame(END | CLOSE, new byte[] {0x03, (byte) 0xe9}));
        assertThat(next(Unpooled.wrappedBuffer(bench.bytes(client)))).isEqualTo("8 1001");
        assertThat(client.isOpen()).isFalse();
        assertThat(node.hear(Frame.Reset.class).reason()).isEqualTo(Reason.CLOSED);
    }

    @Test
    void isPingedAndClosedWhenItIsSilent() {
        EmbeddedChannel client = open();
        bench.write(client, frame(END | TEXT, PING));
        int stream = node.hear(Frame.Open.class).stream();
        node.say(new Frame.Opened(stream), FakeNode.answer(stream, 1, "{}"));
        bench.said(client);
        bench.tick(21);
        assertThat(next(Unpooled.wrappedBuffer(bench.bytes(client)))).startsWith("9");
        bench.write(client, frame(END | PONG, ""));
        bench.tick(39);
        assertThat(client.isOpen()).isTrue();
        bench.tick(41);
        assertThat(client.isOpen()).isFalse();
        assertThat(bench.ended(Reason.CLIENT_SLOW)).isEqualTo(1);
    }

    @Test
    void isToldThatThereIsNoNode() {
        bench.trunks.members();
        EmbeddedChannel client = open();
        bench.write(client, frame(END | TEXT, PING));
        bench.tick(6);
        ByteBuf said = Unpooled.wrappedBuffer(bench.bytes(client));
        assertThat(next(said)).contains("\"reason\":\"no_node\"");
        assertThat(next(said)).isEqualTo("8 1013");
    }

    // --- what the tests do

    private EmbeddedChannel open() {
        EmbeddedChannel client = bench.connect();
        assertThat(status(upgrade(client))).isEqualTo(101);
        return client;
    }

    private static String request(String... headers) {
        return HttpBench.get("/mcp/ws", headers)
                .replace(
                        "Host: localhost:8080",
                        String.join(
                                "\r\n",
                                "Host: localhost",
                                "Connection: Upgrade",
                                "Upgrade: websocket",
                                "Sec-WebSocket-Version: 13",
                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
    }

    private String upgrade(EmbeddedChannel client, String... headers) {
        bench.write(client, request(headers));
        return bench.said(client);
    }

    private static byte[] frame(int first, String text) {
        return frame(first, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A frame as a client sends it, with a mask (RFC 6455, section 5.2). */
    private static byte[] frame(int first, byte[] payload) {
        byte[] mask = {1, 2, 3, 4};
        ByteBuf out = Unpooled.buffer().writeByte(first);
        if (payload.length < 126) {
            out.writeByte(0x80 | payload.length);
        } else if (payload.length < 65_536) {
            out.writeByte(0x80 | 126).writeShort(payload.length);
        } else {
            out.writeByte(0x80 | 127).writeLong(payload.length);
        }
        out.writeBytes(mask);
        for (int i = 0; i < payload.length; i++) {
            out.writeByte(payload[i] ^ mask[i & 3]);
        }
        byte[] all = new byte[out.readableBytes()];
        out.readBytes(all);
        return all;
    }

    /** The next frame of the server: its kind and its text, or the code of a close. */
    private static String next(ByteBuf in) {
        int kind = in.readByte() & 0x0f;
        int length = in.readByte();
        assertThat(length).as("no mask").isBetween(0, 126);
        int size = length == 126 ? in.readUnsignedShort() : length;
        if (kind == CLOSE) {
            int code = in.readUnsignedShort();
            in.skipBytes(size - 2);
            return kind + " " + code;
        }
        return kind + " " + in.readCharSequence(size, StandardCharsets.UTF_8);
    }
}
