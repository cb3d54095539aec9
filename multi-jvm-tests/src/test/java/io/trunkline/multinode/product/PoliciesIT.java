package io.trunkline.multinode.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.multinode.MultiNode;
import io.trunkline.multinode.MultiNodeTest;
import io.trunkline.testkit.TestClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.pekko.remote.testconductor.RoleName;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Two nodes behind three balancers, each of which assigns by another policy; clients come from 127.0.1.0/24. */
@MultiNodeTest(PoliciesIT.Members.class)
final class PoliciesIT {

    private static final int CLIENTS = 20;
    private static final int SOURCES = 200;
    private static final Duration CLIENTS_AT_WORK = Duration.ofSeconds(60);
    private static final Map<String, Integer> EVEN = Map.of("node-1", CLIENTS / 2, "node-2", CLIENTS / 2);

    static final class Members extends TrunklineRoles {
        final RoleName roundRobin = balancer("balancer-1", "round-robin");
        final RoleName leastConnections = balancer("balancer-2", "least-connections");
        final RoleName sourceHash = balancer("balancer-3", "source-hash");
        final List<RoleName> all = List.of(node("node-1"), node("node-2"), roundRobin, leastConnections, sourceHash);

        Members() {
            super(2, "");
        }
    }

    private Trunkline trunkline;

    @BeforeAll
    void startMember(MultiNode self) {
        trunkline = Trunkline.startOn(self);
    }

    @Test
    @Order(1)
    void threeBalancersShareTwoNodes(Members members) throws Exception {
        trunkline.form(members.all);
    }

    @Test
    @Order(2)
    void roundRobinTakesTurnsAndIsSticky(MultiNode self, Members members) throws Exception {
        self.runOn(members.roundRobin, () -> {
            List<TestClient> clients = trunkline.connect(CLIENTS);
            assertThat(Trunkline.perNode(clients)).isEqualTo(EVEN);
            assertSticky(clients);
            trunkline.closeClients();
        });
        self.barrier(CLIENTS_AT_WORK, "round-robin");
    }

    @Test
    @Order(3)
    void leastConnectionsEvensOutAndFillsTheGapThatClientsLeave(MultiNode self, Members members) throws Exception {
        // Balancers learn with a delay how many clients a node has through the others: until then they are off a
        // little.
        self.runOn(
                members.leastConnections,
                () -> Trunkline.soon(() -> {
                    trunkline.closeClients();
                    List<TestClient> clients = trunkline.connect(CLIENTS);
                    assertThat(Trunkline.perNode(clients)).isEqualTo(EVEN);
                    assertSticky(clients);
                    clients.stream()
                            .filter(client -> client.node().equals("node-1"))
                            .limit(4)
                            .toList()
                            .forEach(TestClient::close);
                    assertThat(Trunkline.perNode(trunkline.connect(4))).isEqualTo(Map.of("node-1", 4));
                }));
        self.barrier(CLIENTS_AT_WORK, "least-connections");
    }

    @Test
    @Order(4)
    void sourceHashSpreadsSourcesAndBringsEachBackToItsNode(MultiNode self, Members members) throws Exception {
        self.runOn(members.leastConnections, trunkline::closeClients);
        self.runOn(members.sourceHash, () -> {
            List<TestClient> clients = fromEachSource();
            Map<String, Integer> perNode = Trunkline.perNode(clients);
            assertThat(perNode.values())
                    .hasSize(2)
                    .allSatisfy(count -> assertThat(count).isCloseTo(SOURCES / 2, within(SOURCES / 100)));
            List<String> nodes = clients.stream().map(TestClient::node).toList();
            trunkline.closeClients();
            assertThat(fromEachSource()).extracting(TestClient::node).isEqualTo(nodes);
            trunkline.closeClients();
        });
        self.barrier(CLIENTS_AT_WORK, "source-hash");
    }

    private List<TestClient> fromEachSource() {
        return IntStream.rangeClosed(1, SOURCES)
                .mapToObj(host -> trunkline.connectFrom("127.0.1." + host))
                .toList();
    }

    private static void assertSticky(List<TestClient> clients) {
        List<JsonNode> before = clients.stream().map(TestClient::whoAmI).toList();
        for (int round = 0; round < 5; round++) {
            assertThat(clients).extracting(TestClient::whoAmI).isEqualTo(before);
        }
    }
}
