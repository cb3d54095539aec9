package io.trunkline.scenario;

import static java.util.Objects.requireNonNull;

import io.trunkline.testkit.ClientScripts;
import io.trunkline.testkit.TestCluster;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Scripted sessions of the official TypeScript SDK and of the Inspector, over every transport that they speak: see the
 * scripts in {@code clients/}. The Java SDK has its own scenario, {@link JavaSdkScenario}. The tests share a cluster
 * of two nodes and two balancers; the last one loses a node.
 */
@Timeout(240)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class OfficialClientsScenario {

    private static @Nullable ClientScripts installed;
    private static @Nullable TestCluster started;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        ClientScripts scripts = ClientScripts.install();
        installed = scripts;
        started = TestCluster.startWithPack(OfficialClientsScenario.class, 2, 2, Map.of());
        scripts.awaitInstalled();
    }

    @AfterAll
    static void stop() throws IOException {
        if (installed != null) {
            installed.close();
        }
        if (started != null) {
            started.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "http", "websocket", "sse"})
    void theTypeScriptSdkHasAWholeSession(String transport) throws IOException, InterruptedException {
        scripts().run("session.mjs", address(transport));
    }

    @Test
    void theTypeScriptSdkComesBackToStreamsThatWereCut() throws IOException, InterruptedException {
        scripts().run("resume.mjs", address("http"));
    }

    @Test
    void theTypeScriptSdkComesBackThroughAnotherBalancer() throws IOException, InterruptedException {
        scripts().run("resume.mjs", http("balancer-1"), http("balancer-2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "sse"})
    void theInspectorListsCallsAndReads(String transport) throws IOException, InterruptedException {
        scripts().run("inspector.mjs", address(transport));
    }

    @Test
    void bothErasAreServedAtOneAddress() throws IOException, InterruptedException {
        try (ClientScripts.Running session = scripts().begin("session.mjs", http("balancer-1"))) {
            scripts().run("stateless.mjs", http("balancer-1"), http("balancer-2"));
            session.await();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "websocket"})
    void theTypeScriptSdkNeedsNoSessionOverOneConnectionEither(String transport)
            throws IOException, InterruptedException {
        scripts().run("stateless.mjs", address(transport));
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void aStreamWithoutASessionOutlivesItsNode() throws IOException, InterruptedException {
        String nodes = Stream.of("node-1", "node-2")
                .map(node -> node + "=" + requireNonNull(started).member(node).pid())
                .collect(Collectors.joining(","));
        scripts().run("node-killed.mjs", nodes, http("balancer-1"), http("balancer-2"));
    }

    private static ClientScripts scripts() {
        return requireNonNull(installed);
    }

    private static String address(String transport) {
        InetSocketAddress lines = requireNonNull(started).address();
        return switch (transport) {
            case "tcp" -> "tcp://" + lines.getHostString() + ":" + lines.getPort();
            case "http" -> http("balancer-1");
            case "websocket" -> http("balancer-1").replace("http:", "ws:") + "/ws";
            case "sse" -> http("balancer-1") + "/sse";
            default -> throw new IllegalArgumentException(transport);
        };
    }

    private static String http(String balancer) {
        InetSocketAddress address = requireNonNull(started).httpAddress(balancer);
        return "http://" + address.getHostString() + ":" + address.getPort() + "/mcp";
    }
}
