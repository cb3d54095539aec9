package io.trunkline.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class TestClientTest {

    private static final String LOG_NOTIFICATION = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}\n";

    @Test
    void returnsTheResultOfItsOwnRequestAndSkipsNotifications() throws IOException {
        try (FakeServer server = FakeServer.running(connection -> {
                    assertThat(connection.read()).contains("\"method\":\"ping\"", "\"id\":1");
                    connection.write(LOG_NOTIFICATION);
                    connection.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"pong\":true}}\n");
                });
                TestClient client = TestClient.connect(server.address())) {
            assertThat(client.call("ping", TestClient.object()).path("pong").asBoolean())
                    .isTrue();
            client.awaitClose();
        }
    }

    @Test
    void anErrorIsNoResult() throws IOException {
        try (FakeServer server = answering("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32601}}");
                TestClient client = TestClient.connect(server.address())) {
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> client.call("nothing", TestClient.object()))
                    .withMessageContaining("-32601");
        }
    }

    @Test
    void somebodyElsesAnswerIsNotAccepted() throws IOException {
        try (FakeServer server = answering("{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}}");
                TestClient client = TestClient.connect(server.address())) {
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> client.call("ping", TestClient.object()))
                    .withMessageContaining("expected the answer to request 1, got");
        }
    }

    @Test
    void anEndInsteadOfAnAnswerIsSaid() throws IOException {
        try (FakeServer server = FakeServer.running(FakeServer.Connection::read);
                TestClient client = TestClient.connect(server.address())) {
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> client.call("ping", TestClient.object()))
                    .withMessageContaining("closed the connection");
        }
    }

    private static FakeServer answering(String answer) throws IOException {
        return FakeServer.running(connection -> {
            assertThat(connection.read()).isNotNull();
            connection.write(answer + "\n");
        });
    }
}
