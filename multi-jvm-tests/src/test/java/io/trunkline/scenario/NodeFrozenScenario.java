package io.trunkline.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trunkline.testkit.Alone;
import io.trunkline.testkit.LineSocket;
import io.trunkline.testkit.TestClient;
import io.trunkline.testkit.TestCluster;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One of two nodes hangs: its process lives, its sockets stay open, and it says nothing. */
@Alone
@Timeout(120)
final class NodeFrozenScenario {

    private static final Duration NOTICED = Duration.ofSeconds(5);
    private static final Duration AT_ONCE = Duration.ofMillis(500);
    private static final int NEWCOMERS = 6;
    private static final String FROZEN = "node-1";
    private static final String OTHER = "node-2";

    @Test
    void newClientsAreAssignedElsewhereWithinFiveSeconds() {
        try (TestCluster cluster = TestCluster.start(NodeFrozenScenario.class, 2)) {
            assertThat(newcomers(cluster)).extracting(TestClient::node).contains(FROZEN, OTHER);

            cluster.member(FROZEN).freeze();

            await().atMost(NOTICED).until(() -> everyNewClientIsAnsweredAtOnce(cluster));
            assertThat(newcomers(cluster)).extracting(TestClient::node).containsOnly(OTHER);
        }
    }

    /** Two clients at each of two nodes, if both still take turns. */
    private static boolean everyNewClientIsAnsweredAtOnce(TestCluster cluster) throws IOException {
        List<LineSocket> probes = new ArrayList<>();
        try {
            for (int count = 0; count < 4; count++) {
                LineSocket probe = LineSocket.connect(new InetSocketAddress(0), cluster.address());
                probes.add(probe);
                probe.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}");
            }
            for (LineSocket probe : probes) {
                if (!probe.read(AT_ONCE).orElse("").contains("\"result\"")) {
                    return false;
                }
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } finally {
            for (LineSocket probe : probes) {
                probe.close();
            }
        }
    }

    private static List<TestClient> newcomers(TestCluster cluster) {
        return IntStream.range(0, NEWCOMERS)
                .mapToObj(number -> {
                    TestClient client = cluster.connect();
                    client.initialize();
                    return client;
                })
                .toList();
    }
}
