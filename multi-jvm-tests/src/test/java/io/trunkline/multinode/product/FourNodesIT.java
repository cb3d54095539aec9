package io.trunkline.multinode.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.multinode.MultiNode;
import io.trunkline.multinode.MultiNodeTest;
import io.trunkline.testkit.TestClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.pekko.remote.testconductor.RoleName;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Four nodes and a balancer: they form, spread their clients evenly, keep them, and let a node go without a cut. */
@MultiNodeTest(FourNodesIT.Members.class)
final class FourNodesIT {

    private static final int CLIENTS = 40;
    private static final Duration CLIENTS_AT_WORK = Duration.ofSeconds(60);

    static final class Members extends TrunklineRoles {
        final RoleName balancer = balancer("balancer-1", "round-robin");
        final RoleName leaver = node("node-4");
        final List<RoleName> all = List.of(node("node-1"), node("node-2"), node("node-3"), leaver, balancer);

        Members() {
            super(4, "");
        }
    }

    private final List<TestClient> clients = new ArrayList<>();
    private Trunkline trunkline;

    @BeforeAll
    void startMember(MultiNode self) {
        trunkline = Trunkline.startOn(self);
    }

    @Test
    @Order(1)
    void fourNodesAndABalancerFormOneClusterThatServes(Members members) throws Exception {
        trunkline.form(members.all);
    }

    @Test
    @Order(2)
    void newClientsSpreadEvenly(MultiNode self, Members members) throws Exception {
        self.runOn(members.balancer, () -> {
            clients.addAll(trunkline.connect(CLIENTS));
            assertThat(Trunkline.perNode(clients))
                    .isEqualTo(Map.of("node-1", 10, "node-2", 10, "node-3", 10, "node-4", 10));
        });
        self.barrier(CLIENTS_AT_WORK, "spread");
    }

    @Test
    @Order(3)
    void everyClientStaysWithItsNode(MultiNode self, Members members) throws Exception {
        self.runOn(members.balancer, () -> {
            List<JsonNode> before = clients.stream().map(TestClient::whoAmI).toList();
            for (int round = 0; round < 10; round++) {
                assertThat(clients).extracting(TestClient::whoAmI).isEqualTo(before);
            }
        });
        self.barrier(CLIENTS_AT_WORK, "stayed");
    }

    @Test
    @Order(4)
    void aNodeThatLeavesHandsItsClientsOverAndFinishesWhatIsInFlight(MultiNode self, Members members) throws Exception {
        List<JsonNode> before = new ArrayList<>();
        List<TestClient> waiting = new ArrayList<>();
        self.runOn(members.balancer, () -> {
            clients.forEach(client -> before.add(client.whoAmI()));
            clients.stream()
                    .filter(client -> client.node().equals(members.leaver.name()))
                    .limit(1)
                    .forEach(waiting::add);
            waiting.forEach(
                    client -> client.callToolLater("sleep", TestClient.object().put("milliseconds", 2_000)));
        });
        self.barrier(CLIENTS_AT_WORK, "in-flight");
        self.runOn(members.leaver, trunkline::leave);
        self.runOn(members.balancer, () -> {
            assertThat(waiting)
                    .singleElement()
                    .extracting(TestClient::read)
                    .matches(answer -> answer.has("result"), "the answer to what was in flight");
            Trunkline.soon(() -> assertThat(trunkline.upMembers())
                    .containsExactlyInAnyOrder("node-1", "node-2", "node-3", "balancer-1"));
            List<JsonNode> after = clients.stream().map(TestClient::whoAmI).toList();
            assertThat(after).extracting(FourNodesIT::session).isEqualTo(sessions(before));
            assertThat(after).extracting(FourNodesIT::node).doesNotContain(members.leaver.name());
            assertThat(staying(after, before)).isEqualTo(staying(before, before));
            assertThat(Trunkline.perNode(trunkline.connect(3)).keySet()).doesNotContain(members.leaver.name());
        });
        self.barrier(CLIENTS_AT_WORK, "left");
    }

    private static List<String> sessions(List<JsonNode> identities) {
        return identities.stream().map(FourNodesIT::session).toList();
    }

    /** Those of the clients that were not served by the leaver before: session to node. */
    private static Map<String, String> staying(List<JsonNode> identities, List<JsonNode> before) {
        List<String> staying = before.stream()
                .filter(identity -> !node(identity).equals("node-4"))
                .map(FourNodesIT::session)
                .toList();
        return identities.stream()
                .filter(identity -> staying.contains(session(identity)))
                .collect(Collectors.toMap(FourNodesIT::session, FourNodesIT::node));
    }

    private static String session(JsonNode identity) {
        return identity.path("session").asText();
    }

    private static String node(JsonNode identity) {
        return identity.path("node").asText();
    }
}
