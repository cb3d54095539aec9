package io.trunkline.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.trunkline.protocol.member.HostPort;
import io.trunkline.protocol.member.StartException;
import io.trunkline.protocol.metrics.Readiness;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Balancers of clusters without a node, over real sockets. */
@Timeout(60)
class BalancerIT {
    private static final Duration PATIENCE = TestBalancers.PATIENCE;
    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":\"p\",\"method\":\"ping\"}\n";

    private final TestBalancers balancers = new TestBalancers();
    private final List<Client> clients = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        for (Client client : clients) {
            client.socket.close();
        }
        balancers.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientIsToldThatThereIsNoNodeAfterTheQueueDeadline(boolean nativeTransport) throws IOException {
        Balancer balancer = start(Map.of("member.prefer-native", nativeTransport));
        assertThat(balancer.readiness()).isEqualTo(Readiness.WAITING);
        Client client = connect(balancer.address(BalancerPort.TCP));
        long asked = System.nanoTime();
        client.say(PING);
        assertThat(client.line()).contains("\"id\":\"p\"", "\"reason\":\"no_node\"", "\"retryable\":true");
        assertThat(Duration.ofNanos(System.nanoTime() - asked))
                .isBetween(Duration.ofMillis(400), Duration.ofSeconds(5));
        assertThat(client.line()).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHalfClosedClientIsToldToo(boolean nativeTransport) throws IOException {
        Balancer balancer = start(Map.of("member.prefer-native", nativeTransport));
        Client client = connect(balancer.address(BalancerPort.TCP));
        client.say(PING.stripTrailing());
        client.socket.shutdownOutput();
        assertThat(client.line()).contains("\"id\":\"p\"", "\"reason\":\"no_node\"");
        assertThat(client.line()).isNull();
    }

    @Test
    void aClientThatHasSentMoreThanWasReadStillHearsWhy() throws IOException {
        Balancer balancer = start(Map.of());
        Client client = connect(balancer.address(BalancerPort.TCP));
        client.say(PING.repeat(20_000));
        int answers = 0;
        for (String line = client.line(); line != null; line = client.line()) {
            assertThat(line).contains("\"id\":\"p\"", "\"reason\":\"no_node\"");
            answers++;
        }
        assertThat(answers).isPositive();
    }

    @Test
    void aClientThatDoesNotCloseIsClosed() throws IOException {
        Balancer balancer = start(Map.of("edge.connection-limit", 1));
        Client client = connect(balancer.address(BalancerPort.TCP));
        client.say("GET / HTTP/1.1\r\n\r\n");
        assertThat(client.line()).contains("not_json_rpc");
        assertThat(client.line()).isNull();
        // Its place is free again although its own end of the connection is still open.
        await().atMost(PATIENCE).until(() -> {
            Client next = connect(balancer.address(BalancerPort.TCP));
            next.say("noise\n");
            String line = next.line();
            next.socket.close();
            return line != null && line.contains("not_json_rpc");
        });
    }

    @Test
    void moreClientsThanTheLimitAreRefused() throws IOException {
        Balancer balancer = start(Map.of("edge.connection-limit", 2));
        Client one = connect(balancer.address(BalancerPort.TCP));
        Client two = connect(balancer.address(BalancerPort.TCP));
        assertThat(connect(balancer.address(BalancerPort.TCP)).line()).contains("\"reason\":\"balancer_full\"");
        one.say(PING);
        two.say(PING);
        assertThat(one.line()).contains("no_node");
        assertThat(two.line()).contains("no_node");
    }

    @Test
    void twoBalancersShareThePort() throws IOException {
        Balancer first = start(Map.of());
        Balancer second =
                start(Map.of("edge.port", first.address(BalancerPort.TCP).port()));
        assertThat(second.address(BalancerPort.TCP)).isEqualTo(first.address(BalancerPort.TCP));
        for (int i = 0; i < 10; i++) {
            connect(first.address(BalancerPort.TCP)).say(PING);
        }
        for (Client client : clients) {
            assertThat(client.line()).contains("no_node");
        }
        first.drain().toCompletableFuture().join();
        Client later = connect(second.address(BalancerPort.TCP));
        later.say(PING);
        assertThat(later.line()).contains("no_node");
    }

    @Test
    void aTakenPortIsRefusedInOneLine() {
        Balancer first = start(Map.of("member.prefer-native", false));
        int port = first.address(BalancerPort.TCP).port();
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> start(Map.of("member.prefer-native", false, "edge.port", port)))
                .withMessageContaining("127.0.0.1:" + port)
                .withMessageContaining("TRUNKLINE_TCP_PORT");
    }

    @Test
    void aBalancerThatStopsTellsItsClients() throws IOException {
        Balancer balancer = start(Map.of());
        Client client = connect(balancer.address(BalancerPort.TCP));
        Client other = connect(balancer.address(BalancerPort.TCP));
        other.say("noise\n");
        assertThat(other.line()).contains("not_json_rpc");
        balancer.drain();
        assertThat(client.line()).contains("\"reason\":\"shutting_down\"");
        assertThat(client.line()).isNull();
    }

    private Balancer start(Map<String, Object> settings) {
        return balancers.start(settings);
    }

    private Client connect(HostPort to) throws IOException {
        Client client = new Client(new Socket(to.host(), to.port()));
        clients.add(client);
        return client;
    }

    private static final class Client {
        final Socket socket;
        private final BufferedReader reader;

        Client(Socket socket) throws IOException {
            this.socket = socket;
            socket.setSoTimeout((int) PATIENCE.toMillis());
            reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }

        void say(String text) throws IOException {
            OutputStream out = Objects.requireNonNull(socket.getOutputStream());
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }

        /** The next line, or null at the end. */
        @Nullable
        String line() throws IOException {
            return reader.readLine();
        }
    }
}
