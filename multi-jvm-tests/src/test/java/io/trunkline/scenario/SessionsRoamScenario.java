package io.trunkline.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.testkit.HttpMcp;
import io.trunkline.testkit.TestCluster;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * Sessions of HTTP go on through any balancer, and outlive the balancer that made them and the node that held them. The
 * tests share one cluster of three nodes and two balancers, which is whole again after each of them.
 */
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class SessionsRoamScenario {
    private static final Duration SOON = Duration.ofSeconds(30);

    private static final List<String> MEMBERS = List.of("node-1", "node-2", "node-3", "balancer-1", "balancer-2");

    private static TestCluster cluster;
    private static InetSocketAddress first;
    private static InetSocketAddress second;
    private static final List<HttpMcp> opened = new ArrayList<>();

    @BeforeAll
    static void start() {
        cluster = TestCluster.start(SessionsRoamScenario.class, 3, 2, TestCluster.FEW_SLOTS);
        first = cluster.httpAddress("balancer-1");
        second = cluster.httpAddress("balancer-2");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    @Order(1)
    void everyBalancerServesEverySession() throws IOException {
        HttpMcp session = open(first);
        JsonNode home = session.call(first, "whoami", "{}");
        assertThat(session.call(second, "whoami", "{}")).isEqualTo(home);
        assertThat(session.call(second, "add", "{\"a\":2,\"b\":3}").toString()).contains("5");

        HttpResponse<InputStream> stream = session.listen(second);
        assertThat(stream.statusCode()).isEqualTo(200);
        HttpResponse<InputStream> another = session.listen(first);
        assertThat(another.statusCode()).isEqualTo(200);
        assertThat(session.ping(second)).isEqualTo(200);
        stream.body().close();
        another.body().close();

        assertThat(session.delete(second)).isEqualTo(204);
        assertThat(session.ping(first)).isEqualTo(404);
        assertThat(session.ping(second)).isEqualTo(404);
    }

    @Test
    @Order(2)
    void aSessionOutlivesItsBalancerAndThenItsNode() {
        HttpMcp session = open(first);
        JsonNode home = session.call(first, "whoami", "{}");
        cluster.member("balancer-1").kill();

        JsonNode after = session.call(second, "whoami", "{}");
        assertThat(after.path("session")).isEqualTo(home.path("session"));
        assertThat(after.path("node")).isEqualTo(home.path("node"));
        assertThat(after.path("epoch").asInt()).isGreaterThan(home.path("epoch").asInt());

        String node = home.path("node").asText();
        cluster.member(node).kill();
        JsonNode last = session.call(second, "whoami", "{}");
        assertThat(last.path("session")).isEqualTo(home.path("session"));
        assertThat(last.path("node")).isNotEqualTo(home.path("node"));

        cluster.startAgain("balancer-1", node);
        assertThat(session.ping(first)).isEqualTo(200);
        assertThat(session.delete(first)).isEqualTo(204);
        assertThat(session.ping(second)).isEqualTo(404);
    }

    @Test
    @Order(3)
    void aSessionThatNobodyUsesIsTakenOverAllTheSame() {
        HttpMcp session = open(first);
        String node = session.call(first, "whoami", "{}").path("node").asText();
        await().atMost(SOON).until(() -> cluster.httpSessions("balancer-2") == 0);
        cluster.member("balancer-1").kill();
        await().atMost(SOON).until(() -> cluster.httpSessions("balancer-2") == 1);

        // Now its node may go, too: the other balancer has what is needed.
        cluster.member(node).kill();
        assertThat(session.call(second, "whoami", "{}").path("node").asText()).isNotEqualTo(node);
        cluster.startAgain("balancer-1", node);
        assertThat(session.delete(first)).isEqualTo(204);
    }

    @Test
    @Order(4)
    void aSessionOutlivesTheOrderlyEndOfItsBalancer() {
        HttpMcp session = open(second);
        JsonNode home = session.call(second, "whoami", "{}");
        assertThat(cluster.member("balancer-2").stop(SOON)).isZero();
        JsonNode after = session.call(first, "whoami", "{}");

        assertThat(after.path("session")).isEqualTo(home.path("session"));
        cluster.startAgain("balancer-2");
        assertThat(session.delete(second)).isEqualTo(204);
    }

    @Test
    @Order(5)
    void noLogNamesASession() {
        assertThat(opened).isNotEmpty();
        for (String member : MEMBERS) {
            for (HttpMcp session : opened) {
                assertThat(cluster.member(member).hasLogged(session.session()))
                        .as("log of %s", member)
                        .isFalse();
            }
        }
    }

    private static HttpMcp open(InetSocketAddress through) {
        HttpMcp session = HttpMcp.open(through);
        opened.add(session);
        return session;
    }
}
