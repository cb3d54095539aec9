package io.trunkline.balancer.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.balancer.cluster.SlotCounts;
import io.trunkline.balancer.limits.LimitSettings;
import io.trunkline.balancer.limits.Occupant;
import io.trunkline.balancer.limits.Place;
import io.trunkline.balancer.limits.SessionCensus;
import io.trunkline.balancer.limits.Source;
import io.trunkline.balancer.limits.SourceLimits;
import io.trunkline.balancer.relay.SessionEvents;
import io.trunkline.protocol.member.HostPort;
import io.trunkline.protocol.member.Member;
import io.trunkline.protocol.member.MemberSettings;
import io.trunkline.protocol.member.StartException;
import io.trunkline.protocol.member.SystemConfig;
import io.trunkline.protocol.metrics.Meter;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.metrics.Readiness;
import io.trunkline.protocol.metrics.Vitals;
import io.trunkline.protocol.session.Owner;
import io.trunkline.protocol.session.SessionId;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** A node and a balancer in one JVM, seen through the balancer's pages. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class AdminIT {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicReference<Readiness> readiness = new AtomicReference<>(Readiness.WAITING);
    private final Metrics balancerMetrics = new Metrics();
    private final Metrics nodeMetrics = new Metrics();
    private final SessionEvents events = new SessionEvents(balancerMetrics);
    private final SourceLimits limits = new SourceLimits(LimitSettings.NONE, balancerMetrics);
    private Member<?> node;
    private Member<?> balancer;
    private HostPort stats;
    private HostPort health;

    @BeforeAll
    void start() throws Exception {
        Config nodeConfig = config("");
        node = Member.start(MemberSettings.from(nodeConfig, "node"), nodeConfig, nodeMetrics, Behaviors.empty());
        Config balancerConfig = config(node.endpoints().artery().toString());
        balancer = Member.start(
                MemberSettings.from(balancerConfig, "balancer"), balancerConfig, balancerMetrics, Behaviors.empty());
        Admin.Endpoints endpoints = Admin.start(
                        balancer.system(),
                        Reports.SETTINGS,
                        "balancer-1",
                        events,
                        new SessionCensus(limits),
                        readiness::get,
                        () -> new SlotCounts(256, Map.of()))
                .toCompletableFuture()
                .get(40, TimeUnit.SECONDS);
        stats = endpoints.stats();
        health = endpoints.health();
    }

    @AfterAll
    void stop() {
        ActorTestKit.shutdown(balancer.system(), PATIENCE);
        ActorTestKit.shutdown(node.system(), PATIENCE);
    }

    @Test
    void theReportsOfAllMembersMeetInOneView() {
        balancerMetrics.vitals(new Clients(12, Map.of("node-1", 12L)));
        nodeMetrics.vitals(new Clients(12, Map.of()));
        Meter meter = balancerMetrics.meter();
        meter.messageIn(64);
        meter.messageOut(80);
        meter.latency(2_000_000);

        await().atMost(PATIENCE).untilAsserted(() -> {
            HttpResponse<String> answer = get(stats, "/cluster");
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
            JsonNode view = new ObjectMapper().readTree(answer.body());
            assertThat(view.at("/cluster/status").asText()).isEqualTo("healthy");
            assertThat(view.at("/cluster/reported_by").asText()).isEqualTo("balancer-1");
            assertThat(view.at("/cluster/members/total").asInt()).isEqualTo(2);
            assertThat(view.at("/active_connections").asInt()).isEqualTo(12);
            assertThat(view.at("/connections_per_backend/node-1").asInt()).isEqualTo(12);
            assertThat(view.at("/messages_total/in").asInt()).isEqualTo(1);
            assertThat(view.at("/bytes_transferred_total/out").asInt()).isEqualTo(80);
            assertThat(view.at("/latency_ms/p50").asDouble()).isBetween(1.9, 2.1);
            assertThat(view.at("/backend_health_status/node-1").asInt()).isEqualTo(1);
            assertThat(view.at("/backends/0/connections").asInt()).isEqualTo(12);
            assertThat(view.at("/backends/0/endpoints/trunk").asText()).isEqualTo("127.0.0.1:9001");
            assertThat(view.at("/balancers/0/uptime_seconds").asDouble()).isPositive();
        });
        assertThat(get(stats, "/cluster.txt").body()).contains("node-1", "balancer-1", "healthy");
    }

    @Test
    void anOperatorEndsSessionsAndAPageInABrowserDoesNot() throws IOException {
        Holder ann = new Holder(new Owner("ann-key", "", "ann"));
        Holder ben = new Holder(new Owner("ben-key", "", "ben"));
        Holder cat = new Holder(Owner.NOBODY);

        assertThat(get(stats, "/sessions").body()).contains("\"source\" : \"ann\"", "\"sessions\" : 3");
        assertThat(get(stats, "/sessions").body()).doesNotContain(ann.session);

        String one = "/sessions/" + ann.session + "/end";
        assertThat(post(one).statusCode()).as("without the header").isEqualTo(403);
        assertThat(post(one, "X-Trunkline-Control", "0").statusCode()).isEqualTo(403);
        assertThat(post(one, "X-Trunkline-Control", "1", "Origin", "http://localhost:8404")
                        .statusCode())
                .isEqualTo(403);
        assertThat(post("/cluster", "X-Trunkline-Control", "1").statusCode()).isEqualTo(405);
        assertThat(ann.ended).isNegative();

        assertThat(ended(post(one, "X-Trunkline-Control", "1"))).isEqualTo(1);
        assertThat(ann.ended).isZero();
        assertThat(ended(post(one, "X-Trunkline-Control", "1")))
                .as("it is gone")
                .isZero();
        for (String wrong : List.of("", "?", "?source=localhost", "?idle=1h", "?idle=-1", "?sources=10.0.0.1")) {
            assertThat(post("/sessions/end" + wrong, "X-Trunkline-Control", "1").statusCode())
                    .as(wrong)
                    .isEqualTo(400);
        }
        assertThat(ended(post("/sessions/end?source=10.0.0.9", "X-Trunkline-Control", "1")))
                .isZero();
        assertThat(ended(post("/sessions/end?principal=ben", "X-Trunkline-Control", "1")))
                .isEqualTo(1);
        assertThat(ben.ended).isZero();
        assertThat(ended(post("/sessions/end?idle=3600&source=others", "X-Trunkline-Control", "1")))
                .isZero();
        cat.active = System.nanoTime() - Duration.ofHours(2).toNanos();
        assertThat(ended(post("/sessions/end?idle=3600&source=others", "X-Trunkline-Control", "1")))
                .isEqualTo(1);
        assertThat(cat.ended).isEqualTo(Duration.ofHours(1).toNanos());
    }

    private static int ended(HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body()).path("ended").asInt(-1);
    }

    private HttpResponse<String> post(String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri(stats, path)).timeout(PATIENCE).POST(HttpRequest.BodyPublishers.noBody());
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    /** Somebody who holds a session. */
    private final class Holder implements Occupant {
        private final String session = SessionId.mint(7);
        private final Place place;
        private volatile long active = System.nanoTime();
        private volatile long ended = -1;

        Holder(Owner owner) {
            place = Objects.requireNonNull(limits.enter(Source.of(new EmbeddedChannel(), limits), owner));
            place.occupy(this);
        }

        @Override
        public String session() {
            return session;
        }

        @Override
        public long activeNanos() {
            return active;
        }

        @Override
        public boolean busy() {
            return false;
        }

        @Override
        public void end(long idleNanos) {
            ended = idleNanos;
            place.leave();
        }
    }

    @Test
    void theTimelineOfASessionIsForThoseWhoKnowItsId() throws IOException {
        String session = SessionId.mint(5);
        events.record(session, SessionEvents.Kind.OPENED, "node-1", 1, "");
        events.record(session, SessionEvents.Kind.REPLAYED, "node-2", 2, 3, "why \"so\"");

        HttpResponse<String> answer = get(stats, "/sessions/" + session);
        JsonNode page = new ObjectMapper().readTree(answer.body());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(page.path("balancer").asText()).isEqualTo("balancer-1");
        assertThat(page.path("events")).hasSize(2);
        assertThat(page.at("/events/0/event").asText()).isEqualTo("opened");
        assertThat(Instant.parse(page.at("/events/0/time").asText())).isBetween(Instant.EPOCH, Instant.now());
        assertThat(page.at("/events/1/event").asText()).isEqualTo("replayed");
        assertThat(page.at("/events/1/node").asText()).isEqualTo("node-2");
        assertThat(page.at("/events/1/epoch").asInt()).isEqualTo(2);
        assertThat(page.at("/events/1/count").asInt()).isEqualTo(3);
        assertThat(page.at("/events/1/detail").asText()).isEqualTo("why \"so\"");
        assertThat(answer.body()).doesNotContain(session);

        assertThat(get(stats, "/sessions/" + SessionId.mint(5)).statusCode()).isEqualTo(404);
        assertThat(get(stats, "/sessions/" + session.substring(0, 8)).statusCode())
                .isEqualTo(404);
        assertThat(get(stats, "/sessions/%00%0A").statusCode()).isEqualTo(404);
        assertThat(get(stats, "/sessions/end").statusCode()).isEqualTo(404);
    }

    @Test
    void healthFollowsWhetherNewClientsAreServedAndSaysWhyNot() {
        Map.of(
                        Readiness.WAITING, "not serving: ",
                        Readiness.FULL, "full: ",
                        Readiness.DRAINING, "draining: ")
                .forEach((why, text) -> {
                    readiness.set(why);
                    assertThat(get(health, "/health").statusCode()).isEqualTo(503);
                    assertThat(get(health, "/health").body()).startsWith(text);
                });
        readiness.set(Readiness.READY);
        assertThat(get(health, "/health").statusCode()).isEqualTo(200);
        assertThat(get(health, "/health").body()).isEqualTo("serving\n");
    }

    @Test
    void slowConnectionsDoNotSilenceTheHealthCheckOfASimpleChecker() throws Exception {
        readiness.set(Readiness.READY);
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                Socket socket = new Socket(health.host(), health.port());
                slow.add(socket);
                socket.getOutputStream().write("GET /health HTTP/1.1\r\nHost: ".getBytes(UTF_8));
                slow.add(new Socket(stats.host(), stats.port()));
            }
            try (Socket checker = new Socket(health.host(), health.port())) {
                checker.setSoTimeout(2000);
                checker.getOutputStream().write("GET /health HTTP/1.0\r\n\r\n".getBytes(UTF_8));
                assertThat(new String(checker.getInputStream().readAllBytes(), UTF_8))
                        .startsWith("HTTP/1.1 200 ")
                        .endsWith("serving\n");
            }
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void thePageComesWithAllItNeedsAndAllowsNothingElse() {
        HttpResponse<String> page = get(stats, "/");
        assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=UTF-8");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .startsWith("default-src 'none'")
                .doesNotContain("unsafe");
        assertThat(page.body()).doesNotContain("http:", "https:", "onload", "style=");
        assertThat(get(stats, "/cluster.js").statusCode()).isEqualTo(200);
        assertThat(get(stats, "/cluster.js").body()).doesNotContain("innerHTML");
        assertThat(get(stats, "/cluster.css").statusCode()).isEqualTo(200);
    }

    @Test
    void onlyReadingIsAllowedAndOnlyWhatIsThere() throws Exception {
        HttpRequest post = HttpRequest.newBuilder(uri(stats, "/cluster"))
                .POST(HttpRequest.BodyPublishers.ofString("x".repeat(100_000)))
                .timeout(PATIENCE)
                .build();
        assertThat(http.send(post, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(405);
        assertThat(get(stats, "/nothing").statusCode()).isEqualTo(404);
        assertThat(get(health, "/cluster").statusCode()).isEqualTo(404);
        assertThat(get(health, "/health?" + "x".repeat(4_000)).statusCode()).isEqualTo(414);
    }

    @Test
    void aTakenPortIsRefusedInOneLine() {
        AdminSettings taken = new AdminSettings(
                stats, new HostPort("127.0.0.1", 0), Reports.SETTINGS.staleAfter(), Reports.SETTINGS.window());
        Config config = config("");
        Member<?> other =
                Member.start(MemberSettings.from(config, "balancer"), config, new Metrics(), Behaviors.empty());
        try {
            assertThat(Admin.start(
                            other.system(),
                            taken,
                            "balancer-2",
                            events,
                            new SessionCensus(limits),
                            readiness::get,
                            () -> SlotCounts.NONE))
                    .failsWithin(PATIENCE)
                    .withThrowableOfType(ExecutionException.class)
                    .havingCause()
                    .isInstanceOf(StartException.class)
                    .withMessage("stats: %s is taken: stop what listens there or set TRUNKLINE_STATS_PORT", stats);
        } finally {
            ActorTestKit.shutdown(other.system(), PATIENCE);
        }
    }

    private record Clients(long connections, Map<String, Long> backends) implements Vitals {
        @Override
        public long limit() {
            return 25_000;
        }

        @Override
        public Readiness readiness() {
            return Readiness.READY;
        }

        @Override
        public Map<String, String> endpoints() {
            return Map.of("trunk", "127.0.0.1:9001");
        }
    }

    private static Config config(String seeds) {
        return ConfigFactory.parseMap(Map.of(
                        "trunkline.member.seeds", seeds,
                        "trunkline.member.artery-port", 0,
                        "trunkline.member.management-port", 0,
                        "trunkline.member.prometheus-port", 0,
                        "pekko.jvm-exit-on-fatal-error", "off"))
                .withFallback(SystemConfig.load());
    }

    private HttpResponse<String> get(HostPort at, String path) {
        return send(HttpRequest.newBuilder(uri(at, path)).timeout(PATIENCE));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static URI uri(HostPort at, String path) {
        return URI.create("http://" + at + path);
    }
}
