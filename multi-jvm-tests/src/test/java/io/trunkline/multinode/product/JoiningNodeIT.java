package io.trunkline.multinode.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.multinode.MultiNode;
import io.trunkline.multinode.MultiNodeTest;
import io.trunkline.testkit.TestClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.pekko.remote.testconductor.RoleName;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** A third node comes to a cluster of two that has clients. */
@MultiNodeTest(JoiningNodeIT.Members.class)
final class JoiningNodeIT {

    private static final int CLIENTS = 12;
    private static final Duration CLIENTS_AT_WORK = Duration.ofSeconds(60);

    static final class Members extends TrunklineRoles {
        final RoleName balancer = balancer("balancer-1", "round-robin");
        final RoleName founder = node("node-1");
        final RoleName second = node("node-2");
        final RoleName newcomer = node("node-3");

        Members() {
            super(2, "");
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
    void twoNodesServeTheirClients(MultiNode self, Members members) throws Exception {
        trunkline.form(List.of(members.founder, members.second, members.balancer));
        self.runOn(members.balancer, () -> clients.addAll(trunkline.connect(CLIENTS)));
        self.barrier(CLIENTS_AT_WORK, "connected");
    }

    @Test
    @Order(2)
    void aNodeThatJoinsTakesNewClientsAndTheOthersGoOn(MultiNode self, Members members) throws Exception {
        List<String> before = sessions();
        self.runOn(members.newcomer, () -> trunkline.joinThrough(members.founder));
        self.runOn(members.balancer, () -> {
            trunkline.awaitClientsAtEach(Set.of("node-1", "node-2", "node-3"));
            assertThat(sessions()).isEqualTo(before);
        });
        self.barrier(CLIENTS_AT_WORK, "joined");
    }

    private List<String> sessions() {
        return clients.stream()
                .map(client -> client.whoAmI().path("session").asText())
                .toList();
    }
}
