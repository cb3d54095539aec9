package io.trunkline.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.trunkline.load.client.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs against servers that behave and servers that do not. */
@Timeout(120)
class LoadMainIT {
    private static final FakeServer.Behaviour ANSWERS = (client, id, request) -> client.result(id, "{}");

    @Test
    void everyRequestIsAnsweredOnceByAServerThatBehaves() throws IOException {
        try (FakeServer server = new FakeServer(ANSWERS)) {
            Run run = run(server.port(), "--connections", "50", "--in-flight", "20", "--payload", "64");

            assertThat(run.exitCode()).as(run.err()).isZero();
            JsonNode json = run.json();
            assertThat(json.at("/totals/opened").asInt()).isEqualTo(50);
            assertThat(json.at("/totals/open_at_end").asInt()).isEqualTo(50);
            assertThat(json.at("/load/answered").asInt()).isPositive();
            assertThat(json.at("/totals/sent")).isEqualTo(json.at("/totals/answered"));
            assertThat(json.at("/errors_total").asInt()).isZero();
        }
    }

    @Test
    void moreInFlightThanConnectionsPipelines() throws IOException {
        try (FakeServer server = new FakeServer(ANSWERS)) {
            Run run = run(server.port(), "--connections", "2", "--in-flight", "64");

            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.json().at("/totals/sent")).isEqualTo(run.json().at("/totals/answered"));
        }
    }

    @Test
    void anOpenLoopKeepsToItsRate() throws IOException {
        try (FakeServer server = new FakeServer(ANSWERS)) {
            Run run = run(server.port(), "--connections", "10", "--rate", "500");

            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.json().at("/load/messages_per_second").asDouble()).isBetween(250.0, 1_000.0);
        }
    }

    @Test
    void anOpenLoopShowsAStallInTheLatencyOfAllThatWasDueMeanwhile() throws IOException {
        List<Runnable> held = new ArrayList<>();
        AtomicInteger requests = new AtomicInteger();
        FakeServer.Behaviour stallsOnce = (client, id, request) -> {
            int number = requests.incrementAndGet();
            held.add(() -> client.result(id, "{}"));
            if (number == 50) {
                client.later(
                        () -> {
                            requests.addAndGet(1_000);
                            release(held);
                        },
                        400);
            } else if (number < 50 || number > 1_000) {
                release(held);
            }
        };
        try (FakeServer server = new FakeServer(stallsOnce)) {
            Run run = run(server.port(), "--connections", "10", "--rate", "200", "--warmup", "0");

            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.json().at("/load/latency_us/max").asDouble()).isGreaterThan(350_000);
            assertThat(run.json().at("/load/latency_us/p95").asDouble()).isGreaterThan(200_000);
        }
    }

    @Test
    void anOpenLoopCountsWhatItCouldNotSend() throws IOException {
        AtomicInteger requests = new AtomicInteger();
        FakeServer.Behaviour answersTheFirstOnly = (client, id, request) -> {
            if (requests.incrementAndGet() == 1) {
                client.result(id, "{}");
            }
        };
        try (FakeServer server = new FakeServer(answersTheFirstOnly)) {
            Run run = run(server.port(), "--connections", "1", "--rate", "1000", "--timeout", "1.5");

            assertThat(run.exitCode()).isEqualTo(LoadMain.WITH_ERRORS);
            assertThat(run.json().at("/load/backlog_max").asInt()).isPositive();
            assertThat(run.json().at("/errors/request.unsent").asInt()).isGreaterThan(500);
            assertThat(run.json().at("/errors/request.timeout").asInt())
                    .isEqualTo(run.json().at("/totals/sent").asInt());
        }
    }

    /** Requests of a connection that is lost are counted once, also when their time runs out before the load ends. */
    @Test
    @Timeout(20)
    void comesToAnEndWhenConnectionsAreLostWithRequestsUnanswered() throws IOException {
        AtomicInteger requests = new AtomicInteger();
        FakeServer.Behaviour dropsOne = (client, id, request) -> {
            int number = requests.incrementAndGet();
            if (number == 40) {
                client.reset();
            } else if (number < 30 || number > 40) {
                client.result(id, "{}");
            }
        };
        try (FakeServer server = new FakeServer(dropsOne)) {
            Run run =
                    run(server.port(), "--connections", "2", "--in-flight", "16", "--timeout", "0.3", "--warmup", "0");

            assertThat(run.exitCode()).isEqualTo(LoadMain.WITH_ERRORS);
            assertThat(run.json().at("/errors/request.lost-with-connection").asInt())
                    .isBetween(1, 16);
            JsonNode totals = run.json().at("/totals");
            assertThat(totals.path("sent").asInt() - totals.path("answered").asInt())
                    .isEqualTo(run.json()
                                    .at("/errors/request.lost-with-connection")
                                    .asInt()
                            + run.json().at("/errors/request.timeout").asInt());
        }
    }

    private static void release(List<Runnable> held) {
        held.forEach(Runnable::run);
        held.clear();
    }

    @Test
    void countsEachWayOfAnsweringWrongly() throws IOException {
        AtomicInteger requests = new AtomicInteger();
        FakeServer.Behaviour errs = (client, id, request) -> {
            switch (requests.incrementAndGet()) {
                case 20 -> client.error(id, -32001, "node lost");
                case 30 -> {
                    client.result(id, "{}");
                    client.result(id, "{}");
                }
                case 40 -> {
                    client.result("0fffff-00000000", "{}");
                    client.result(id, "{}");
                }
                case 50 -> {
                    client.result("7", "{}");
                    client.result(id, "{}");
                }
                case 60 -> {
                    client.send("not json");
                    client.result(id, "{}");
                }
                case 70 -> {
                    client.result(id.substring(0, 7) + "ffffff00", "{}");
                    client.result(id, "{}");
                }
                case 80 -> {
                    client.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}");
                    client.result(id, "{}");
                }
                default -> client.result(id, "{}");
            }
        };
        try (FakeServer server = new FakeServer(errs)) {
            Run run = run(server.port(), "--connections", "5", "--in-flight", "5");

            assertThat(run.exitCode()).isEqualTo(LoadMain.WITH_ERRORS);
            JsonNode errors = run.json().path("errors");
            assertThat(errors.path("rpc -32001 node lost").asInt()).isEqualTo(1);
            assertThat(errors.path("answer.duplicate").asInt()).isEqualTo(1);
            assertThat(errors.path("answer.foreign-id").asInt()).isEqualTo(1);
            assertThat(errors.path("answer.unknown-id").asInt()).isEqualTo(2);
            assertThat(errors.path("answer.malformed").asInt()).isEqualTo(1);
            assertThat(run.json().path("errors_total").asInt()).isEqualTo(6);
            assertThat(run.json().at("/totals/notices").asInt()).isEqualTo(1);
        }
    }

    @Test
    void countsClosesAndResetsWithTheRequestsTheyCost() throws IOException {
        AtomicInteger requests = new AtomicInteger();
        FakeServer.Behaviour closes = (client, id, request) -> {
            int number = requests.incrementAndGet();
            if (number == 20) {
                client.close();
            } else if (number == 40) {
                client.reset();
            } else {
                client.result(id, "{}");
            }
        };
        try (FakeServer server = new FakeServer(closes)) {
            Run run = run(server.port(), "--connections", "5", "--in-flight", "5");

            assertThat(run.exitCode()).isEqualTo(LoadMain.WITH_ERRORS);
            JsonNode errors = run.json().path("errors");
            assertThat(errors.path("closed.by-peer").asInt()).isEqualTo(1);
            assertThat(errors.path("closed.reset").asInt()).isEqualTo(1);
            assertThat(errors.path("request.lost-with-connection").asInt()).isEqualTo(2);
            assertThat(run.json().at("/totals/open_at_end").asInt()).isEqualTo(3);
        }
    }

    @Test
    void aRequestWithoutAnswerTimesOutAndTheLoadGoesOn() throws IOException {
        AtomicInteger requests = new AtomicInteger();
        FakeServer.Behaviour forgets = (client, id, request) -> {
            if (requests.incrementAndGet() != 20) {
                client.result(id, "{}");
            }
        };
        try (FakeServer server = new FakeServer(forgets)) {
            Run run = run(server.port(), "--connections", "3", "--in-flight", "1", "--timeout", "0.3");

            assertThat(run.json().at("/errors/request.timeout").asInt()).isEqualTo(1);
            assertThat(run.json().at("/totals/answered").asInt()).isGreaterThan(20);
        }
    }

    @Test
    void showsTheSpreadOverNodesAndSources() throws IOException {
        FakeServer.Behaviour locates = (client, id, request) -> {
            boolean asks = request.path("method").asText().equals("tools/call");
            String node = "node-" + (1 + client.source() % 2);
            client.result(id, asks ? "{\"content\":[],\"structuredContent\":{\"node\":\"" + node + "\"}}" : "{}");
        };
        try (FakeServer server = new FakeServer(locates)) {
            Run run = run(server.port(), "--connections", "40", "--sources", "4", "--distribution", "--seconds", "0");

            assertThat(run.exitCode()).as(run.err()).isZero();
            JsonNode distribution = run.json().path("distribution");
            assertThat(distribution.at("/nodes/node-1").asInt()).isEqualTo(20);
            assertThat(distribution.at("/nodes/node-2").asInt()).isEqualTo(20);
            assertThat(distribution.path("deviation_percent").asDouble()).isZero();
            assertThat(distribution.path("sources_on_one_node").asInt()).isEqualTo(4);
            assertThat(run.json().path("load").isNull()).isTrue();
        }
    }

    @Test
    void nothingListeningIsNoResult() throws IOException {
        int port = freePort();
        Run run = run(port, "--connections", "5");

        assertThat(run.exitCode()).isEqualTo(LoadMain.NO_RESULT);
        assertThat(run.json().at("/errors/connect.refused").asInt()).isEqualTo(5);
    }

    @Test
    void aServerThatNeverAnswersOpensNothing() throws IOException {
        try (FakeServer server = new FakeServer((client, id, request) -> {})) {
            Run run = run(server.port(), "--connections", "5", "--timeout", "0.3");

            assertThat(run.exitCode()).isEqualTo(LoadMain.NO_RESULT);
            assertThat(run.json().at("/errors/open.timeout").asInt()).isEqualTo(5);
        }
    }

    @Test
    void runsAddRowsToOneFile(@TempDir Path directory) throws IOException {
        Path csv = directory.resolve("runs.csv");
        int port = freePort();
        run(port, "--connections", "1", "--csv", csv.toString());
        run(port, "--connections", "2", "--csv", csv.toString());

        assertThat(Files.readAllLines(csv)).hasSize(3).first().asString().startsWith("started_at,");
    }

    @Test
    void twoProcessesShareOneRunAgainstAnEcho() throws IOException {
        EventLoopGroup loops = Transport.loops("echo", 1);
        try {
            Channel echo =
                    EchoMain.listen(loops, "127.0.0.1", 0).syncUninterruptibly().channel();
            int port = ((InetSocketAddress) echo.localAddress()).getPort();
            Run run = run(port, "--expect", "echo", "--processes", "2", "--connections", "21", "--in-flight", "7");

            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.json().at("/plan/processes").asInt()).isEqualTo(2);
            assertThat(run.json().at("/totals/opened").asInt()).isEqualTo(21);
            assertThat(run.json().at("/totals/sent")).isEqualTo(run.json().at("/totals/answered"));
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private static Run run(int port, String... more) {
        List<String> arguments = new ArrayList<>(List.of("--port", String.valueOf(port), "--json", "-"));
        arguments.addAll(List.of("--seconds", "0.8", "--warmup", "0.1", "--timeout", "40"));
        for (int i = 0; i < more.length; i++) {
            int given = more[i].startsWith("--") ? arguments.indexOf(more[i]) : -1;
            if (given >= 0 && i + 1 < more.length) {
                arguments.set(given + 1, more[++i]);
            } else {
                arguments.add(more[i]);
            }
        }
        return Run.of(arguments.toArray(String[]::new));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
