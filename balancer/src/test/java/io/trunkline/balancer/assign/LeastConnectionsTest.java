package io.trunkline.balancer.assign;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.balancer.assign.NodeView.Candidate;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeastConnectionsTest extends PolicyContractTest {
    @Override
    Policy policy() {
        return new LeastConnections();
    }

    @Test
    void spreadsWithinOnePercentFromSeveralLoops() throws Exception {
        NodeView view = Views.of(4);
        inParallel(4, CLIENTS / 4, client -> place(Views.client(7), view));
        assertEven(view.candidates(), 1);
    }

    @Test
    void fillsUpTheNodeThatIsBehindBeforeOthersGetMore() {
        NodeView view = Views.of(3);
        List<Candidate> nodes = view.candidates();
        nodes.get(0).load().elsewhere(100);
        nodes.get(2).load().elsewhere(60);
        for (int client = 0; client < 140; client++) {
            place(Views.client(7), view);
        }
        assertThat(nodes).extracting(node -> node.load().all()).containsExactly(100, 100, 100);
    }

    @Test
    void takesEqualNodesInTurnWhenNobodyStays() {
        NodeView view = Views.of(4);
        int[] taken = new int[4];
        for (int client = 0; client < 400; client++) {
            Candidate node = place(Views.client(7), view);
            node.load().closed();
            taken[view.candidates().indexOf(node)]++;
        }
        assertThat(taken).containsOnly(100);
    }

    @Test
    void usesAllSlotsOfANodeAboutEquallyOften() {
        RoundRobinTest.assertSlotsEven(policy, Views.of(4));
    }
}
