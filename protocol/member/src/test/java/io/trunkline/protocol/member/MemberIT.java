package io.trunkline.protocol.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.trunkline.protocol.metrics.Meter;
import io.trunkline.protocol.metrics.Metrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class MemberIT {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Member<?>> members = new ArrayList<>();

    @AfterEach
    void stop() {
        members.forEach(member -> ActorTestKit.shutdown(member.system(), PATIENCE));
    }

    @Test
    void twoMembersFormOneClusterThatManagementShows() {
        Member<?> first = start("node-1", "node", "", new Metrics());
        String seed = first.endpoints().artery().toString();
        Member<?> second = start("balancer-1", "balancer", seed, new Metrics());

        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(get(first.endpoints().management(), "/ready").statusCode())
                    .isEqualTo(200);
            assertThat(get(second.endpoints().management(), "/ready").statusCode())
                    .isEqualTo(200);
            assertThat(get(second.endpoints().management(), "/alive").statusCode())
                    .isEqualTo(200);
            assertThat(get(first.endpoints().management(), "/cluster/members").body())
                    .contains("\"name-node-1\"", "\"name-balancer-1\"", seed);
        });
    }

    @Test
    void aMemberThatDrainsIsNotReadyAlthoughItIsUp() throws Exception {
        Member<?> member = start("node-1", "node", "", new Metrics());
        HostPort management = member.endpoints().management();
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(get(management, "/ready").statusCode()).isEqualTo(200));
        CompletableFuture<Done> drained = new CompletableFuture<>();
        CoordinatedShutdown shutdown = CoordinatedShutdown.get(member.system());
        shutdown.addTask(CoordinatedShutdown.PhaseServiceRequestsDone(), "drain", () -> drained);
        CompletionStage<Done> ended = shutdown.runAll(CoordinatedShutdown.jvmExitReason());

        try {
            HttpResponse<String> ready = get(management, "/ready");
            assertThat(ready.statusCode()).isEqualTo(500);
            assertThat(ready.body()).contains("the member is about to leave");
            assertThat(get(management, "/alive").statusCode()).isEqualTo(200);
            assertThat(Cluster.get(member.system()).selfMember().status()).isEqualTo(MemberStatus.up());
        } finally {
            drained.complete(Done.getInstance());
        }
        assertThat(ended.toCompletableFuture()).succeedsWithin(PATIENCE);
    }

    @Test
    void whatIsMeasuredReachesPrometheus() {
        Metrics metrics = new Metrics();
        Member<?> member = start("node-7", "node", "", metrics);
        Meter meter = metrics.meter();
        meter.messageIn(64);
        meter.messageOut(70);
        meter.latency(80_000);
        metrics.counter("trunkline.refusals", Map.of("reason", "full")).add(3);
        metrics.timer("trunkline.session.rehome").record(40_000_000);

        await().atMost(PATIENCE).untilAsserted(() -> {
            HttpResponse<String> scrape = get(member.endpoints().prometheus(), "/metrics");
            assertThat(scrape.headers().firstValue("Content-Type"))
                    .contains("text/plain; version=0.0.4; charset=UTF-8");
            assertThat(scrape.body().lines().filter(line -> line.contains("node-7")))
                    .anyMatch(line -> line.matches("trunkline_bytes.*direction=\"out\".* 70.0"))
                    .anyMatch(line -> line.matches("trunkline_refusals.*reason=\"full\".* 3.0"))
                    .anyMatch(line -> line.matches("trunkline_session_rehome_seconds_bucket.*le=\"0.05\".* 1.0"))
                    .anyMatch(line -> line.matches("trunkline_request_latency_seconds_bucket.*le=\"1.0E-4\".* 1.0"));
            assertThat(scrape.body().lines())
                    .anyMatch(line -> line.matches("jvm_memory_used_bytes\\{area=\"heap\"} [1-9]\\d+"))
                    .anyMatch(line -> line.matches("process_cpu_seconds_total [0-9.]+"))
                    .anyMatch(line -> line.matches("process_max_fds [1-9]\\d+"));
        });
    }

    @Test
    void aStrangerWhoSpeaksArteryIsShutOutBeforeItsFramesAreRead() throws IOException {
        Member<?> member = start("node-1", "node", "", new Metrics());
        HostPort artery = member.endpoints().artery();
        byte[] frameOfNegativeLength = {'A', 'K', 'K', 'A', 3, -1, -1, -1, -1};
        for (int attempt = 0; attempt < 50; attempt++) {
            try (Socket stranger = new Socket(artery.host(), artery.port())) {
                stranger.setSoTimeout((int) PATIENCE.toMillis());
                stranger.getOutputStream().write(frameOfNegativeLength);
                assertThat(isClosed(stranger)).isTrue();
            }
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                get(member.endpoints().management(), "/ready").statusCode())
                        .isEqualTo(200));
    }

    @Test
    void pagesAreForThoseWhoCallTheMemberByItsOwnName() throws IOException {
        Member<?> member = start("node-1", "node", "", new Metrics());
        for (HostPort page :
                List.of(member.endpoints().management(), member.endpoints().prometheus())) {
            String path = page.equals(member.endpoints().management()) ? "/alive" : "/metrics";
            assertThat(said(page, "GET " + path + " HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200 ");
            assertThat(said(page, "HEAD " + path + " HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200 ");
            assertThat(said(page, "GET " + path + " HTTP/1.1\r\nHost: rebound.example.com\r\n\r\n"))
                    .startsWith("HTTP/1.1 421 ");
            assertThat(said(
                            page,
                            "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example.com\r\n\r\n"))
                    .startsWith("HTTP/1.1 403 ");
        }
        assertThat(
                        said(
                                member.endpoints().management(),
                                "PUT /cluster/members/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                                        + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 14\r\n\r\noperation=Down"))
                .as("management is read-only")
                .startsWith("HTTP/1.1 40");
    }

    private static String said(HostPort to, String request) throws IOException {
        try (Socket socket = new Socket(to.host(), to.port())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    @Test
    void aMemberThatCountsSlotsDifferentlyIsKeptOut() {
        Member<?> founder = start("node-1", "node", "", new Metrics(), Map.of(SharedSettings.SLOTS, 256));
        String seed = founder.endpoints().artery().toString();
        Member<?> other = start("node-2", "node", seed, new Metrics(), Map.of(SharedSettings.SLOTS, 128));
        Member<?> same = start("node-3", "node", seed, new Metrics(), Map.of(SharedSettings.SLOTS, 256));
        Member<?> balancer = start("balancer-1", "balancer", seed, new Metrics());

        assertThat(other.system().getWhenTerminated().toCompletableFuture()).succeedsWithin(PATIENCE);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(Cluster.get(founder.system()).state().getMembers())
                                .filteredOn(member -> member.status() == MemberStatus.up())
                                .extracting(member -> member.uniqueAddress())
                                .containsExactlyInAnyOrder(address(founder), address(same), address(balancer)));
    }

    private static UniqueAddress address(Member<?> member) {
        return Cluster.get(member.system()).selfMember().uniqueAddress();
    }

    @Test
    void aTakenPortIsRefusedInOneLine() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (String port : List.of("artery", "management", "prometheus")) {
                Config config = ConfigFactory.parseMap(
                                Map.of("trunkline.member." + port + "-port", taken.getLocalPort()))
                        .withFallback(ephemeral("node-1", ""));
                assertThatThrownBy(() -> Member.start(
                                MemberSettings.from(config, "node"), config, new Metrics(), Behaviors.empty()))
                        .isInstanceOf(StartException.class)
                        .hasMessageContaining(port + ": 127.0.0.1:" + taken.getLocalPort() + " is taken")
                        .hasMessageContaining("TRUNKLINE_")
                        .hasMessageNotContaining("\n");
            }
        }
    }

    private Member<?> start(String name, String role, String seeds, Metrics metrics) {
        return start(name, role, seeds, metrics, Map.of());
    }

    private Member<?> start(String name, String role, String seeds, Metrics metrics, Map<String, ?> settings) {
        Config config = ConfigFactory.parseMap(settings).withFallback(ephemeral(name, seeds));
        Member<?> member = Member.start(MemberSettings.from(config, role), config, metrics, Behaviors.empty());
        members.add(member);
        return member;
    }

    private static Config ephemeral(String name, String seeds) {
        return ConfigFactory.parseMap(Map.of(
                        "trunkline.member.name",
                        name,
                        "trunkline.member.seeds",
                        seeds,
                        "trunkline.member.artery-port",
                        0,
                        "trunkline.member.management-port",
                        0,
                        "trunkline.member.prometheus-port",
                        0,
                        "pekko.jvm-exit-on-fatal-error",
                        "off"))
                .withFallback(SystemConfig.load());
    }

    private HttpResponse<String> get(HostPort endpoint, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://" + endpoint + path);
        return http.send(
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
