package io.trunkline.balancer.lines;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.trunkline.balancer.admit.Admission;
import io.trunkline.balancer.assign.RoundRobin;
import io.trunkline.balancer.auth.Authorizer;
import io.trunkline.balancer.auth.Grant;
import io.trunkline.balancer.auth.ScopeGate;
import io.trunkline.balancer.auth.ScopeRules;
import io.trunkline.balancer.auth.TestSettings;
import io.trunkline.balancer.client.ClientMemory;
import io.trunkline.balancer.client.EdgeSettings;
import io.trunkline.balancer.client.FirstTurn;
import io.trunkline.balancer.client.LoopMemory;
import io.trunkline.balancer.limits.LimitSettings;
import io.trunkline.balancer.limits.SourceLimits;
import io.trunkline.balancer.relay.RelaySettings;
import io.trunkline.balancer.relay.SessionEvents;
import io.trunkline.balancer.trunk.FakeNode;
import io.trunkline.balancer.trunk.TestTrunks;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.member.NetSettings;
import io.trunkline.protocol.member.SystemConfig;
import io.trunkline.protocol.memory.MemoryBudget;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.trunk.NetTransport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TcpClientTest {
    private static final int LIMIT = 4 * 1024 * 1024;
    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

    private static final String FORBIDDEN =
            "{\"jsonrpc\":\"2.0\",\"id\":ID,\"method\":\"tools/call\",\"params\":{\"name\":\"delete_all\"}}";

    private static final EdgeSettings SETTINGS = new EdgeSettings(
            0,
            new NetSettings(1, false, LIMIT),
            0,
            new EdgeSettings.Timeouts(
                    Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofSeconds(30)));

    private static final RelaySettings RELAY =
            new RelaySettings(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(10), 4, 8 * LIMIT);

    private final TestTrunks trunks = new TestTrunks(new RoundRobin());
    private final Admission admission = new Admission(10);
    private final ClientMemory memory = new ClientMemory(new MemoryBudget(4L * LIMIT), new Metrics(), trunks.loop());
    private final TcpEdge edge = new TcpEdge(
            SETTINGS,
            RELAY,
            admission,
            memory,
            new SessionEvents(new Metrics()),
            new Metrics(),
            NetTransport.NIO,
            trunks.loop(),
            trunks.trunks(),
            null);
    private final List<EmbeddedChannel> channels = new ArrayList<>();

    @AfterEach
    void nothingIsHeldForClientsThatAreGone() {
        channels.forEach(EmbeddedChannel::finishAndReleaseAll);
        trunks.run();
        assertThat(held()).isZero();
        assertThat(admission.connections()).isZero();
        assertThat(edge.loop(trunks.loop()).clients()).isZero();
        assertThat(trunks.trunks().sessionsByNode().values()).allMatch(sessions -> sessions == 0);
        trunks.close();
    }

    /** What is held for all clients, once the loop has told the process. */
    private long held() {
        memory.of(trunks.loop()).act(System.nanoTime());
        return memory.budget().used();
    }

    @Test
    void whoeverSaysMoreThanItsAddressMayIsReadMoreSlowlyAndStays() {
        SourceLimits limits = new SourceLimits(
                LimitSettings.from(ConfigFactory.parseMap(
                                Map.of("limits.exempt", "", "limits.address.messages", 10, "limits.burst", "300ms"))
                        .withFallback(SystemConfig.load().getConfig("trunkline.balancer"))),
                new Metrics());
        TcpEdge limited = new TcpEdge(
                SETTINGS,
                RELAY,
                new Admission(10, limits),
                memory,
                new SessionEvents(new Metrics()),
                new Metrics(),
                NetTransport.NIO,
                trunks.loop(),
                trunks.trunks(),
                null);
        FakeNode node = trunks.onlyNode();
        EmbeddedChannel client = new Socket();
        channels.add(client);
        client.freezeTime();
        client.config().setAllocator(trunks.memory());
        assertThat(limits.connect(client)).isTrue();
        client.pipeline().addLast(new TcpClient(limited.loop(trunks.loop()), null));

        write(client, (PING + "\n").repeat(4));
        assertThat(client.config().isAutoRead()).isFalse();
        int stream = node.hear(Frame.Open.class).stream();
        node.say(new Frame.Opened(stream));
        assertThat(node.heard()).as("messages of the burst").hasSize(3);
        node.say(FakeNode.answer(stream, 1, "1"), FakeNode.answer(stream, 2, "2"), FakeNode.answer(stream, 3, "3"));
        assertThat(said(client)).isEqualTo("1\n2\n3\n");
        assertThat(client.config().isAutoRead()).as("an answer changes nothing").isFalse();

        client.advanceTimeBy(150, TimeUnit.MILLISECONDS);
        client.runPendingTasks();
        trunks.run();
        assertThat(FakeNode.text(node.hear(Frame.Data.class))).isEqualTo(PING);
        client.advanceTimeBy(1, TimeUnit.SECONDS);
        client.runPendingTasks();
        assertThat(client.config().isAutoRead()).isTrue();
    }

    @Test
    void aClientThatHasClosedItsSideIsAskedByABlankWhetherItIsStillThere() {
        FakeNode node = trunks.onlyNode();
        EmbeddedChannel client = connect();
        write(client, PING + "\n");
        int stream = node.hear(Frame.Open.class).stream();
        node.say(new Frame.Opened(stream));
        node.heard();
        halfClose(client);
        tick(0.5);
        assertThat(said(client)).isEmpty();
        tick(1.5);
        tick(2);
        assertThat(said(client)).isEqualTo(" ");
        node.say(FakeNode.answer(stream, 1, "{}"));
        assertThat(said(client)).isEqualTo("{}\n");
        assertThat(client.isOpen()).isFalse();
    }

    // --- lines

    @Test
    void readsTheSameMessagesWhereverTheBytesAreCut() {
        String second = "[ 1, \"\u00e9\\n\" ]";
        byte[] bytes = (PING + "\r\n\r\n \t\n" + second + "\n{}\n").getBytes(StandardCharsets.UTF_8);
        FakeNode node = trunks.onlyNode();
        for (int cut = 0; cut <= bytes.length; cut++) {
            EmbeddedChannel client = connect();
            write(client, bytes, 0, cut);
            write(client, bytes, cut, bytes.length - cut);
            assertThat(messages(node)).as("cut at %s", cut).containsExactly(PING, second, "{}");
            client.close();
            node.heard();
        }
    }

    @Test
    void readsByteByByte() {
        FakeNode node = trunks.onlyNode();
        EmbeddedChannel client = connect();
        byte[] bytes = (PING + "\r\n").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            write(client, bytes, i, 1);
        }
        assertThat(messages(node)).containsExactly(PING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n"})
    void takesAMessageOfExactlyTheLimit(String end) {
        FakeNode node = trunks.onlyNode();
        EmbeddedChannel client = connect();
        String message = "{" + " ".repeat(LIMIT - 2) + "}";
        writeInPieces(client, message + end, 65_536);
        Frame.Open open = node.hear(Frame.Open.class);
        node.say(new Frame.Opened(open.stream()), new Frame.Credit(open.stream(), LIMIT));
        assertThat(node.heard().stream()
                        .mapToInt(frame -> FakeNode.text(frame).length())
                        .sum())
                .isEqualTo(LIMIT);
        assertThat(client.isOpen()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", ""})
    void refusesAMessageOneByteAboveTheLimit(String end) {
        EmbeddedChannel client = connect();
        writeInPieces(client, "{" + " ".repeat(LIMIT - 1) + "}" + end, 65_537);
        refused(client, Reason.MESSAGE_TOO_LARGE);
    }

    @Test
    void refusesTheHeavyWhenAllClientsTogetherHaveBegunTooMuch() {
        EmbeddedChannel light = connect();
        write(light, "{" + "x".repeat(LoopMemory.LIGHT / 2));
        List<EmbeddedChannel> heavy = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            heavy.add(connect());
        }
        for (int i = 0; i < LIMIT - 65_536; i += 65_536) {
            for (EmbeddedChannel client : heavy) {
                if (client.isOpen()) {
                    write(client, i == 0 ? "{" + "x".repeat(65_535) : "x".repeat(65_536));
                }
            }
        }
        assertThat(held()).isLessThan(4L * LIMIT);
        assertThat(memory.budget().peak()).isLessThan(4L * LIMIT + LIMIT);
        assertThat(heavy.stream().filter(client -> !client.isOpen()).count()).isBetween(1L, 3L);
        heavy.stream().filter(client -> !client.isOpen()).forEach(client -> refused(client, Reason.OVERLOADED));
        write(light, "\n");
        assertThat(light.isOpen()).as("a small client").isTrue();
    }

    @Test
    void theTimeInWhichMemoryKeepsAClientFromBeingReadIsNotItsOwn() {
        EmbeddedChannel client = connect();
        write(client, "{" + "x".repeat(50_000));
        long others = memory.budget().limit() / 100 * 87;
        memory.budget().take(others);
        held();
        assertThat(client.config().isAutoRead()).isFalse();
        tick(31);
        assertThat(client.isOpen()).isTrue();
        memory.budget().giveBack(others);
        held();
        tick(9);
        assertThat(client.isOpen()).isTrue();
        tick(11);
        refused(client, Reason.FIRST_MESSAGE_LATE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                "POST /mcp HTTP/1.1\r\nContent-Length: 50\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001",
                "\u0000\n{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n",
                "  \r\n\t noise",
                "42\n",
            })
    void refusesWhatIsNoJsonRpcAndRunsNothingBehindIt(String noise) {
        FakeNode node = trunks.onlyNode();
        EmbeddedChannel client = connect();
        write(client, noise);
        refused(client, Reason.NOT_JSON_RPC);
        assertThat(node.heard()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ufeff\n", "\ufeff", "\n \n\ufeff"})
    void skipsAByteOrderMarkInFrontOfALineWhereverItIsCut(String before) {
        FakeNode node = trunks.onlyNode();
        byte[] bytes = (before + PING + "\n\ufeff[]\n").getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= bytes.length; cut++) {
            EmbeddedChannel client = connect();
            write(client, bytes, 0, cut);
            write(client, bytes, cut, bytes.length - cut);
            assertThat(messages(node))
                    .as("cut at %s", cut)
                    .allMatch(line -> line.endsWith(PING) || line.endsWith("[]"));
            assertThat(client.isOpen()).isTrue();
            client.close();
            node.heard();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ufeffnoise\n", "\ufeff\ufeff{}\n", " \ufeff{}\n", "\u00ef{}\n"})
    void refusesNoiseWithAByteOrderMark(String noise) {
        EmbeddedChannel client = connect();
        write(client, noise);
        refused(client, Reason.NOT_JSON_RPC);
    }

    @Test
    void passesOnNoiseFromAClientThatHasSpoken() {
        FakeNode node = trunks.onlyNode();
        EmbeddedChannel client = connect();
        write(client, PING + "\nnoise\n");
        assertThat(messages(node)).containsExactly(PING, "noise");
        assertThat(client.isOpen()).isTrue();
    }

    // --- half-close

    @Test
    void aHalfClosedClientGetsItsAnswersFirst() {
        FakeNode node = trunks.onlyNode();
        EmbeddedChannel client = connect();
        write(client, PING + "\n" + "{\"jsonrpc\":\"2.0\",\"method\":\"n\"}");
        halfClose(client);
        Frame.Open open = node.hear(Frame.Open.class);
        node.say(new Frame.Opened(open.stream()));
        assertThat(node.heard()).hasSize(2);
        assertThat(client.isOpen()).isTrue();
        node.say(FakeNode.answer(open.stream(), 1, "answer"), new Frame.Done(open.stream(), 2));
        assertThat(said(client)).isEqualTo("answer\n");
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void aHalfClosedClientWhoseLastMessageHasNoAnswerIsClosed() {
        FakeNode node = trunks.onlyNode();
        EmbeddedChannel client = connect();
        write(client, PING + "\n");
        Frame.Open open = node.hear(Frame.Open.class);
        node.say(new Frame.Opened(open.stream()), FakeNode.answer(open.stream(), 1, "answer"));
        write(client, "{\"jsonrpc\":\"2.0\",\"method\":\"n\"}\n");
        halfClose(client);
        assertThat(client.isOpen()).isTrue();
        node.say(new Frame.Done(open.stream(), 2));
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void aClientThatClosesWithoutAWordIsClosed() {
        EmbeddedChannel client = connect();
        halfClose(client);
        assertThat(client.isOpen()).isFalse();
        assertThat(said(client)).isEmpty();
    }

    @Test
    void aHalfClosedClientThatWaitsForANodeIsRefusedAndClosed() {
        EmbeddedChannel client = connect();
        write(client, PING + "\n");
        halfClose(client);
        tick(5.1);
        refused(client, Reason.NO_NODE);
    }

    // --- deadlines

    @Test
    void theFirstMessageMustComeInTime() {
        EmbeddedChannel silent = connect();
        EmbeddedChannel blank = connect();
        EmbeddedChannel begun = connect();
        write(blank, "\n\n");
        write(begun, "{\"json");
        tick(9.9);
        assertThat(silent.isOpen() && blank.isOpen() && begun.isOpen()).isTrue();
        tick(10.5);
        refused(silent, Reason.FIRST_MESSAGE_LATE);
        refused(blank, Reason.FIRST_MESSAGE_LATE);
        refused(begun, Reason.FIRST_MESSAGE_LATE);
        assertThat(held()).isZero();
    }

    @Test
    void aMessageThatWasBegunMustEndInTime() {
        EmbeddedChannel client = connectAndAnswerPing();
        write(client, "{\"json");
        tick(29);
        write(client, "rpc");
        assertThat(client.isOpen()).isTrue();
        tick(31);
        refused(client, Reason.MESSAGE_SLOW);
    }

    @Test
    void theTimeThatTheClientIsNotReadDoesNotCountAgainstItsMessage() {
        FakeNode node = trunks.onlyNode();
        EmbeddedChannel client = connect();
        write(client, PING + "\n");
        Frame.Open open = node.hear(Frame.Open.class);
        node.say(new Frame.Opened(open.stream()));
        write(client, (PING + "\n").repeat(3) + "{\"half");
        assertThat(client.config().isAutoRead()).isFalse();
        tick(31);
        assertThat(client.isOpen()).isTrue();
        node.say(new Frame.Done(open.stream(), 1));
        assertThat(client.config().isAutoRead()).isTrue();
        tick(29);
        assertThat(client.isOpen()).isTrue();
        tick(31);
        refused(client, Reason.MESSAGE_SLOW);
    }

    @Test
    void anIdleClientIsSentAwayButNotOneThatWaitsForAnAnswer() {
        FakeNode node = trunks.onlyNode();
        EmbeddedChannel client = connect();
        write(client, PING + "\n");
        Frame.Open open = node.hear(Frame.Open.class);
        node.say(new Frame.Opened(open.stream()));
        tick(301);
        assertThat(client.isOpen()).isTrue();
        node.say(FakeNode.answer(open.stream(), 1, "answer"));
        assertThat(said(client)).isEqualTo("answer\n");
        tick(299);
        assertThat(client.isOpen()).isTrue();
        tick(301);
        refused(client, Reason.IDLE);
    }

    // --- clients that do not read

    @Test
    void aClientThatTakesNothingIsCut() {
        EmbeddedChannel client = connectAndAnswerPing();
        clogged(client, true);
        tick(29);
        assertThat(client.isOpen()).isTrue();
        tick(31);
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void aClientThatReadsAgainInTimeStays() {
        EmbeddedChannel client = connectAndAnswerPing();
        clogged(client, true);
        tick(20);
        clogged(client, false);
        tick(40);
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void noCreditIsGrantedForAClientThatDoesNotRead() {
        FakeNode node = trunks.onlyNode();
        EmbeddedChannel client = connect();
        write(client, PING + "\n");
        int stream = node.hear(Frame.Open.class).stream();
        node.say(new Frame.Opened(stream));
        node.heard();
        clogged(client, true);
        for (int i = 0; i < 3; i++) {
            node.say(FakeNode.answer(stream, 0, "x".repeat(16_000)));
        }
        assertThat(node.heard()).isEmpty();
        clogged(client, false);
        assertThat(node.hear(Frame.Credit.class)).isEqualTo(new Frame.Credit(stream, 48_000));
    }

    @Test
    void aClientThatIsRefusedWhileItDoesNotReadIsCutInTheEnd() {
        EmbeddedChannel client = connectAndAnswerPing();
        HeldBack held = new HeldBack();
        client.pipeline().addFirst(held);
        write(client, "{" + "x".repeat(LIMIT));
        assertThat(client.isOpen()).isTrue();
        tick(29);
        write(client, "more and more");
        tick(29.9);
        assertThat(client.isOpen()).isTrue();
        tick(31);
        assertThat(client.isOpen()).isFalse();
        held.release();
    }

    // --- the end

    @Test
    void inputAfterARefusalIsPassedOver() {
        FakeNode node = trunks.onlyNode();
        EmbeddedChannel client = connect();
        HeldBack held = new HeldBack();
        client.pipeline().addFirst(held);
        write(client, "noise\n" + PING + "\n");
        write(client, PING + "\n");
        halfClose(client);
        assertThat(node.heard()).isEmpty();
        assertThat(held.lines()).isEqualTo(1);
        held.release();
    }

    @Test
    void moreInOneBufferThanMayBeUnansweredIsHeldBackAndRunsLater() {
        FakeNode node = trunks.onlyNode();
        EmbeddedChannel client = connect();
        write(client, PING + "\n");
        Frame.Open open = node.hear(Frame.Open.class);
        node.say(new Frame.Opened(open.stream()));
        node.heard();
        write(client, (PING + "\n").repeat(10));
        halfClose(client);
        assertThat(node.heard()).hasSize(3);
        for (int answered = 1; answered <= 11; answered++) {
            assertThat(client.isOpen()).isTrue();
            node.say(FakeNode.answer(open.stream(), answered, "a" + answered));
            client.runPendingTasks();
            assertThat(node.heard().stream().filter(Frame.Data.class::isInstance))
                    .hasSize(answered <= 7 ? 1 : 0);
        }
        assertThat(said(client)).isEqualTo("a1\na2\na3\na4\na5\na6\na7\na8\na9\na10\na11\n");
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void aClientThatVanishesWithInputHeldBackLeavesNothing() {
        EmbeddedChannel client = connect();
        write(client, (PING + "\n").repeat(10) + "{\"half");
        client.close();
        trunks.run();
        assertThat(admission.connections()).isZero();
    }

    @Test
    void aLineGoesOutWhenItIsWhole() {
        FakeNode node = trunks.onlyNode();
        EmbeddedChannel client = connect();
        write(client, PING + "\n");
        int stream = node.hear(Frame.Open.class).stream();
        node.say(new Frame.Opened(stream), FakeNode.answer(stream, 0, "{}"), FakeNode.data(stream, 1, false, "{\"ha"));
        assertThat(said(client)).isEqualTo("{}\n");
        node.say(FakeNode.data(stream, 1, false, "lf"));
        assertThat(said(client)).isEmpty();
        node.say(FakeNode.data(stream, 1, true, "\":1}"), FakeNode.data(stream, 0, false, "["));
        assertThat(said(client)).isEqualTo("{\"half\":1}\n");
    }

    @Test
    void theBeginningOfALineWhoseNodeIsLostIsTakenBack() {
        FakeNode node = trunks.onlyNode();
        EmbeddedChannel client = connect();
        write(client, PING + "\n");
        int stream = node.hear(Frame.Open.class).stream();
        node.say(new Frame.Opened(stream), FakeNode.data(stream, 1, false, "x".repeat(16 * 1024)));
        assertThat(held()).isPositive();
        node.hangUp();
        assertThat(held()).isEqualTo(PING.length() + 112);
        node.welcome();
        Frame.Open again = node.hear(Frame.Open.class);
        node.say(new Frame.Opened(again.stream()), FakeNode.answer(again.stream(), 1, "{\"whole\":1}"));
        assertThat(said(client)).isEqualTo("{\"whole\":1}\n");
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void aLineThatThereIsNoRoomToKeepGoesOutInPiecesAndIsEndedWhenItsNodeIsLost() {
        FakeNode node = trunks.onlyNode();
        EmbeddedChannel client = connect();
        write(client, PING + "\n");
        int stream = node.hear(Frame.Open.class).stream();
        long taken = memory.budget().limit();
        memory.budget().take(taken);
        held();
        String piece = "x".repeat(16 * 1024);
        node.say(
                new Frame.Opened(stream), FakeNode.data(stream, 1, false, piece), FakeNode.data(stream, 1, false, "x"));
        assertThat(said(client)).isEqualTo(piece + "x");
        node.say(FakeNode.data(stream, 1, false, "y"));
        assertThat(said(client)).isEqualTo("y");
        node.hangUp();
        node.welcome();
        Frame.Open again = node.hear(Frame.Open.class);
        node.say(new Frame.Opened(again.stream()), FakeNode.answer(again.stream(), 1, "{\"whole\":1}"));
        assertThat(said(client)).isEqualTo("\n{\"whole\":1}\n");
        memory.budget().giveBack(taken);
    }

    @Test
    void drainingTellsEverybodyAndTakesNobody() {
        EmbeddedChannel client = connectAndAnswerPing();
        var drained = edge.drain(1_000).toCompletableFuture();
        trunks.run();
        refused(client, Reason.SHUTTING_DOWN);
        assertThat(admission.connect()).isFalse();
        tick(1);
        assertThat(drained).isCompleted();
    }

    // --- owners

    @Test
    void whoseClientItIsIsAskedOnceAndToldToTheNode(@TempDir Path directory) throws Exception {
        try (Authorizer authorizer = authorizer(directory)) {
            FakeNode node = trunks.onlyNode();
            EmbeddedChannel client = connect(owners(authorizer, "alice"));
            write(client, PING + "\n");
            Frame.Open open = node.hear(Frame.Open.class);
            assertThat(open.owner().name()).isEqualTo("alice");
            assertThat(open.owner().key()).hasSize(22);

            EmbeddedChannel nobody = connect(channel -> null);
            write(nobody, PING + "\n" + PING + "\n");
            refused(nobody, Reason.UNAUTHORIZED);
            node.say(new Frame.Opened(open.stream()));
            assertThat(node.heard().stream().map(FakeNode::text)).containsExactly(PING);
        }
    }

    @Test
    void aMessageThatTheScopesForbidIsAnsweredBetweenTheMessagesOfTheNode(@TempDir Path directory) throws Exception {
        try (Authorizer authorizer = authorizer(directory)) {
            FakeNode node = trunks.onlyNode();
            EmbeddedChannel client = connect(owners(authorizer, "alice"));
            write(client, PING + "\n");
            int stream = node.hear(Frame.Open.class).stream();
            node.say(new Frame.Opened(stream), piece(stream, false, "{\"half\":"));
            write(client, FORBIDDEN.replace("ID", "7") + "\n" + FORBIDDEN.replace("ID", "8") + "\n");
            assertThat(said(client)).as("not within a message").isEmpty();
            node.say(piece(stream, true, "1}"));
            List<String> lines = said(client).lines().toList();
            assertThat(lines).hasSize(3).first().isEqualTo("{\"half\":1}");
            assertThat(lines.get(1)).contains("\"id\":7", "insufficient_scope");
            assertThat(lines.get(2)).contains("\"id\":8", "insufficient_scope");
            write(client, FORBIDDEN.replace("ID", "9") + "\n");
            assertThat(said(client)).contains("\"id\":9", "insufficient_scope");
            assertThat(node.heard()).extracting(FakeNode::text).containsExactly(PING);

            clogged(client, true);
            write(client, (FORBIDDEN.replace("ID", "10") + "\n").repeat(100));
            assertThat(said(client)).as("to a client that does not read").isEmpty();
            clogged(client, false);
            assertThat(said(client).lines()).hasSize(100);
        }
    }

    @Test
    void manyLinesDoNotHaveTheLoopForThemselves(@TempDir Path directory) throws Exception {
        try (Authorizer authorizer = authorizer(directory)) {
            EmbeddedChannel client = connect(owners(authorizer, "alice"));
            FirstTurn turn = FirstTurn.of(client, "insufficient_scope");
            write(client, (FORBIDDEN.replace("ID", "9") + "\n").repeat(200) + "\n".repeat(200));
            assertThat(turn.answers()).isEqualTo(64);
            assertThat(turn.readOn()).isFalse();
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 10; i++) {
                all.append(said(client));
            }
            assertThat(all.toString().lines()).hasSize(200);
            assertThat(client.config().isAutoRead()).isTrue();
        }
    }

    private static Frame.Data piece(int stream, boolean last, String text) {
        return new Frame.Data(stream, 1, last, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }

    private static Authorizer authorizer(Path directory) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest("alice".getBytes(StandardCharsets.UTF_8));
        Path file = Files.writeString(
                directory.resolve("tokens"), "alice " + HexFormat.of().formatHex(digest));
        ScopeRules rules = new ScopeRules(
                Set.of(), List.of(new ScopeRules.Rule("tools/call", "delete_*", Set.of("write"))), List.of());
        return Authorizer.create(TestSettings.tokens(file.toString(), rules), new Metrics());
    }

    /** As if the owner of a token had shown a certificate. */
    private static LineOwner.Finder owners(Authorizer authorizer, String token) {
        HttpHeaders headers = new DefaultHttpHeaders().set("Authorization", "Bearer " + token);
        Grant grant = (Grant) authorizer.visitor(() -> null).ask("/", headers, Runnable::run, later -> {});
        return channel -> new LineOwner(Objects.requireNonNull(grant), new ScopeGate(authorizer));
    }

    // --- what the tests do

    private EmbeddedChannel connect() {
        return connect(null);
    }

    private EmbeddedChannel connect(LineOwner.@Nullable Finder owners) {
        assertThat(admission.connect()).isTrue();
        EmbeddedChannel channel = new Socket();
        channel.config().setAllocator(trunks.memory());
        channel.pipeline().addLast(new TcpClient(edge.loop(trunks.loop()), owners));
        channels.add(channel);
        return channel;
    }

    private EmbeddedChannel connectAndAnswerPing() {
        FakeNode node = trunks.onlyNode();
        EmbeddedChannel client = connect();
        write(client, PING + "\n");
        int stream = node.hear(Frame.Open.class).stream();
        node.say(new Frame.Opened(stream), FakeNode.answer(stream, 1, "answer"));
        assertThat(said(client)).isEqualTo("answer\n");
        return client;
    }

    private void write(EmbeddedChannel client, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        write(client, bytes, 0, bytes.length);
    }

    private void write(EmbeddedChannel client, byte[] bytes, int from, int length) {
        if (length > 0) {
            client.writeInbound(trunks.memory().buffer(length).writeBytes(bytes, from, length));
            trunks.run();
        }
    }

    private void writeInPieces(EmbeddedChannel client, String text, int piece) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int from = 0; from < bytes.length && client.isOpen(); from += piece) {
            write(client, bytes, from, Math.min(piece, bytes.length - from));
        }
    }

    private void halfClose(EmbeddedChannel client) {
        client.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        client.runPendingTasks();
        trunks.run();
    }

    private static void clogged(EmbeddedChannel client, boolean clogged) {
        client.unsafe().outboundBuffer().setUserDefinedWritability(1, !clogged);
        client.runPendingTasks();
    }

    /** Looks at the deadlines as if so many seconds had passed since the test began. */
    private void tick(double seconds) {
        edge.loop(trunks.loop()).tick(System.nanoTime() + (long) (seconds * 1e9));
        trunks.run();
        channels.forEach(EmbeddedChannel::runPendingTasks);
    }

    /** The messages that reach the node on the stream that a client opens now. */
    private static List<String> messages(FakeNode node) {
        Frame.Open open = node.hear(Frame.Open.class);
        node.say(new Frame.Opened(open.stream()));
        return node.heard().stream().map(FakeNode::text).toList();
    }

    /** What the client has received since the last call. */
    private static String said(EmbeddedChannel client) {
        client.runPendingTasks();
        StringBuilder all = new StringBuilder();
        for (ByteBuf sent = client.readOutbound(); sent != null; sent = client.readOutbound()) {
            all.append(sent.toString(StandardCharsets.UTF_8));
            sent.release();
        }
        return all.toString();
    }

    private static void refused(EmbeddedChannel client, Reason reason) {
        assertThat(said(client).lines())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).contains("\"reason\":\"" + reason.label() + "\""));
        assertThat(client.isOpen()).isFalse();
    }

    /** A channel that comes from an address. */
    private static final class Socket extends EmbeddedChannel {
        @Override
        protected SocketAddress remoteAddress0() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711);
        }
    }
}
