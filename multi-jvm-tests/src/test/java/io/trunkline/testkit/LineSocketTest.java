package io.trunkline.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class LineSocketTest {

    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration VERY_SOON = Duration.ofMillis(50);

    @Test
    void readsLinesHoweverTheyArrive() throws IOException {
        try (FakeServer server = FakeServer.running(connection -> {
                    connection.write("first\nsec");
                    connection.write("ond\n\n");
                    connection.write("x".repeat(20_000) + "\n");
                });
                LineSocket socket = connect(server)) {
            assertThat(socket.read(SOON)).hasValue("first");
            assertThat(socket.read(SOON)).hasValue("second");
            assertThat(socket.read(SOON)).hasValue("");
            assertThat(socket.read(SOON)).map(String::length).hasValue(20_000);
            assertThat(socket.read(SOON)).isEmpty();
        }
    }

    @Test
    void aResetIsAnEnd() throws IOException {
        CompletableFuture<String> received = new CompletableFuture<>();
        try (FakeServer server = FakeServer.running(connection -> {
                    received.complete(connection.read());
                    connection.socket().setSoLinger(true, 0);
                });
                LineSocket socket = connect(server)) {
            socket.write("täxt");
            assertThat(socket.read(SOON)).isEmpty();
            assertThat(received).isCompletedWithValue("täxt");
        }
    }

    @Test
    void aLineThatDripsInMeetsTheDeadlineOfTheWholeLine() throws IOException {
        CompletableFuture<Void> done = new CompletableFuture<>();
        try (FakeServer server = FakeServer.running(connection -> {
                    connection.write("half a line");
                    done.join();
                });
                LineSocket socket = connect(server)) {
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> socket.read(VERY_SOON));
            done.complete(null);
        }
    }

    @Test
    void connectsFromTheSourceItIsGiven() throws IOException {
        CompletableFuture<String> seen = new CompletableFuture<>();
        try (FakeServer server = FakeServer.running(connection ->
                        seen.complete(connection.socket().getInetAddress().getHostAddress()));
                LineSocket socket = LineSocket.connect(new InetSocketAddress("127.0.0.9", 0), server.address())) {
            assertThat(socket.read(SOON)).isEmpty();
            assertThat(seen).isCompletedWithValue("127.0.0.9");
        }
    }

    private static LineSocket connect(FakeServer server) throws IOException {
        return LineSocket.connect(new InetSocketAddress(0), server.address());
    }
}
