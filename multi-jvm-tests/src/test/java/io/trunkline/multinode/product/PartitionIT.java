package io.trunkline.multinode.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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

/**
 * The cluster's own traffic to one node is lost for a moment, shorter than the split brain resolver waits. The trunks
 * are other connections, and hold.
 */
@MultiNodeTest(PartitionIT.Members.class)
final class PartitionIT {

    private static final int CLIENTS = 6;
    private static final Duration CLIENTS_AT_WORK = Duration.ofSeconds(60);

    static final class Members extends TrunklineRoles {
        final RoleName balancer = balancer("balancer-1", "round-robin");
        final RoleName near = node("node-1");
        final RoleName far = node("node-2");

        /** The resolver waits for longer than a slow machine needs to see the cut and to heal it. */
        Members() {
            super(2, "pekko.cluster.split-brain-resolver.stable-after = 60s");
        }
    }

    private final List<TestClient> clients = new ArrayList<>();
    private final List<JsonNode> identities = new ArrayList<>();
    private Trunkline trunkline;

    @BeforeAll
    void startMember(MultiNode self) {
        trunkline = Trunkline.startOn(self);
    }

    @Test
    @Order(1)
    void bothNodesServe(MultiNode self, Members members) throws Exception {
        trunkline.form(List.of(members.near, members.far, members.balancer));
        self.runOn(members.balancer, () -> {
            clients.addAll(trunkline.connect(CLIENTS));
            clients.forEach(client -> identities.add(client.whoAmI()));
            assertThat(Trunkline.perNode(clients)).containsOnlyKeys("node-1", "node-2");
        });
        self.barrier(CLIENTS_AT_WORK, "connected");
    }

    @Test
    @Order(2)
    void aNodeThatIsCutOffGetsNoNewClientsAndKeepsItsOwn(MultiNode self, Members members) throws Exception {
        self.runOn(members.balancer, () -> {
            self.blackhole(members.balancer, members.far);
            self.blackhole(members.near, members.far);
            Trunkline.soon(() -> assertThat(trunkline.unreachableMembers()).containsExactly("node-2"));
            trunkline.awaitClientsAtEach(Set.of("node-1"));
            assertThat(clients).extracting(TestClient::whoAmI).isEqualTo(identities);
        });
        self.barrier(CLIENTS_AT_WORK, "cut");
    }

    @Test
    @Order(3)
    void theCutHealsAndBothNodesTakeNewClients(MultiNode self, Members members) throws Exception {
        self.runOn(members.balancer, () -> {
            self.passThrough(members.balancer, members.far);
            self.passThrough(members.near, members.far);
            trunkline.awaitClientsAtEach(Set.of("node-1", "node-2"));
            assertThat(clients).extracting(TestClient::whoAmI).isEqualTo(identities);
        });
        self.barrier(CLIENTS_AT_WORK, "healed");
        Trunkline.soon(() -> assertThat(trunkline.unreachableMembers()).isEmpty());
        self.barrier("all-reachable");
    }
}
