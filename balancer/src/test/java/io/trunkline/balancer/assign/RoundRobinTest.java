package io.trunkline.balancer.assign;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.balancer.assign.NodeView.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RoundRobinTest extends PolicyContractTest {
    @Override
    Policy policy() {
        return new RoundRobin();
    }

    @Test
    void takesTheNodesInTurn() {
        NodeView view = Views.of(3);
        List<String> taken = new ArrayList<>();
        for (int client = 0; client < 6; client++) {
            taken.add(place(Views.client(7), view).key().name());
        }
        assertThat(taken).containsExactly("node-1", "node-2", "node-3", "node-1", "node-2", "node-3");
    }

    @Test
    void spreadsWithinOnePercentFromSeveralLoops() throws Exception {
        NodeView view = Views.of(4);
        inParallel(4, CLIENTS / 4, client -> place(Views.client(7), view));
        assertEven(view.candidates(), 1);
    }

    @Test
    void spreadsTheShareOfAFullNodeOverAllOthers() {
        NodeView view = Views.of(4);
        view.candidates().get(1).load().limit(0);
        for (int client = 0; client < 3_000; client++) {
            place(Views.client(7), view);
        }
        assertThat(view.candidates()).extracting(node -> node.load().own()).containsExactly(1_000, 0, 1_000, 1_000);
    }

    @Test
    void usesAllSlotsOfANodeAboutEquallyOften() {
        NodeView view = Views.of(4);
        assertSlotsEven(policy, view);
    }

    /** A rebalance moves slots: it only moves its share of sessions when every slot holds about as many. */
    static void assertSlotsEven(Policy policy, NodeView view) {
        int[] sessions = new int[Views.SLOTS];
        for (int client = 0; client < 25_600; client++) {
            Assignment place = Objects.requireNonNull(policy.assign(Views.client(client), view));
            sessions[place.slot()]++;
            Candidate node = Objects.requireNonNull(view.owner(place.slot()));
            node.load().opened();
        }
        for (int slot = 0; slot < sessions.length; slot++) {
            assertThat(sessions[slot]).as("sessions in slot %s", slot).isBetween(80, 120);
        }
    }
}
