package io.trunkline.node.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.protocol.control.CallLost;
import io.trunkline.protocol.metrics.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CircuitsTest {
    private final Metrics metrics = new Metrics();
    private long now = 7;
    private final Circuits circuits = new Circuits(CircuitSettings.DEFAULT, metrics, () -> now);

    @Test
    void opensWhenThreeNodesWereLostWithCallsOfOnePrincipal() {
        circuits.lost(loss("alice", "node-2", 2));
        assertThat(circuits.refusal("tool", "alice")).isNull();
        pass(10);
        circuits.lost(loss("alice", "node-4", 2));
        assertThat(circuits.refusal("tool", "alice")).isEqualTo(Duration.ofSeconds(60));
        assertThat(circuits.refusal("tool", "bob")).isNull();
        assertThat(circuits.refusal("other", "alice")).isNull();
        assertThat(metrics.counter("trunkline.tool.circuit.opened", Map.of("tool", "tool"))
                        .total())
                .isEqualTo(1);
        assertThat(metrics.counter("trunkline.tool.circuit.refused", Map.of()).total())
                .isEqualTo(1);
    }

    @Test
    void opensForEverybodyWhenSeveralPrincipalsHaveLostNodes() {
        circuits.lost(loss("alice", "node-1", 2));
        pass(5);
        circuits.lost(loss("bob", "node-2", 2));
        assertThat(circuits.refusal("tool", "carol")).isNotNull();
    }

    @Test
    void oneNodeThatIsLostWithManyCallsIsOneLoss() {
        for (String principal : List.of("alice", "bob", "carol", "alice")) {
            circuits.lost(loss(principal, "node-1", 2));
        }
        assertThat(circuits.refusal("tool", "alice")).isNull();
        assertThat(circuits.refusal("tool", "dave")).isNull();
    }

    @Test
    void forgetsLossesAfterAWhile() {
        circuits.lost(loss("alice", "node-1", 2));
        pass(61);
        circuits.lost(loss("alice", "node-2", 2));
        assertThat(circuits.refusal("tool", "alice")).isNull();
    }

    @Test
    void triesOneCallAfterTheTimeAndClosesWhenItEnds() {
        open();
        pass(59);
        assertThat(circuits.refusal("tool", "alice")).isEqualTo(Duration.ofSeconds(1));
        pass(1);
        assertThat(circuits.refusal("tool", "alice")).as("the trial").isNull();
        assertThat(circuits.refusal("tool", "alice")).as("beside the trial").isNotNull();
        circuits.ended("tool", "alice");
        assertThat(circuits.refusal("tool", "alice")).isNull();
        assertThat(circuits.refusal("tool", "alice")).isNull();
    }

    @Test
    void aTrialThatIsLostKeepsItOpenAndOneThatNeverEndsIsFollowedByAnother() {
        open();
        pass(60);
        assertThat(circuits.refusal("tool", "alice")).isNull();
        pass(30);
        circuits.lost(loss("alice", "node-9", 2));
        circuits.lost(loss("alice", "node-8", 2));
        pass(59);
        assertThat(circuits.refusal("tool", "alice")).isNotNull();
        pass(1);
        assertThat(circuits.refusal("tool", "alice")).isNull();
        pass(60);
        assertThat(circuits.refusal("tool", "alice")).isNull();
    }

    @Test
    void callsThatLostOneNodeCountUntilOneEnds() {
        circuits.lost(loss("alice", "node-1", 1));
        circuits.lost(loss("alice", "node-2", 1));
        circuits.ended("tool", "alice");
        circuits.lost(loss("alice", "node-3", 1));
        assertThat(circuits.refusal("tool", "alice")).isNull();
        circuits.lost(loss("alice", "node-4", 1));
        circuits.lost(loss("alice", "node-5", 1));
        assertThat(circuits.refusal("tool", "alice")).isNotNull();
    }

    @Test
    void otherNodesAreToldOnceOfWhatIsLostHereAndNotOfWhatTheyTell() {
        List<CallLost> told = new ArrayList<>();
        circuits.tellOthers(told::add);
        circuits.lost(loss("alice", "node-1", 2));
        circuits.lost(loss("alice", "node-1", 2));
        circuits.count(loss("alice", "node-2", 2));
        assertThat(told).containsExactly(loss("alice", "node-1", 2));
        assertThat(circuits.refusal("tool", "alice")).isNotNull();
    }

    @Test
    void settingsAreChecked() {
        assertThatThrownBy(() -> new CircuitSettings(0, Duration.ofSeconds(1), Duration.ofSeconds(1)))
                .hasMessage("mcp.tools.circuit.losses: 0 (expected: > 0)");
        assertThatThrownBy(() -> new CircuitSettings(1, Duration.ofSeconds(1), Duration.ZERO))
                .hasMessage("mcp.tools.circuit.open: PT0S (expected: > 0)");
    }

    private void open() {
        circuits.lost(loss("alice", "node-1", 2));
        circuits.lost(loss("alice", "node-2", 2));
    }

    private void pass(int seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
    }

    private static CallLost loss(String principal, String node, int times) {
        return new CallLost("tool", principal, node, times);
    }
}
