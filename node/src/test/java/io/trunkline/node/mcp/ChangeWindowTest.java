package io.trunkline.node.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.node.mcp.changes.ChangeWindow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChangeWindowTest {

    private static final Duration LENGTH = Duration.ofMillis(50);

    private final ManualClock clock = new ManualClock();
    private final List<Set<String>> handedOn = new ArrayList<>();
    private final ChangeWindow window = new ChangeWindow(clock, LENGTH, 2, handedOn::add);

    @Test
    void handsOnEachChangeOnceAWhileAfterTheFirst() {
        assertThat(window.add("a")).isTrue();
        clock.pass(LENGTH.minusMillis(1));
        assertThat(window.add("b")).isTrue();
        assertThat(window.add("a")).isTrue();
        assertThat(handedOn).isEmpty();
        clock.pass(Duration.ofMillis(1));
        assertThat(handedOn).containsExactly(Set.of("a", "b"));
        clock.pass(LENGTH);
        assertThat(clock.waiting()).isZero();
        assertThat(handedOn).hasSize(1);

        assertThat(window.add("a")).isTrue();
        clock.pass(LENGTH);
        assertThat(handedOn).last().isEqualTo(Set.of("a"));
    }

    @Test
    void saysWhenThereIsNoRoom() {
        window.add("a");
        window.add("b");
        assertThat(window.add("c")).isFalse();
        assertThat(window.add("b")).as("there already").isTrue();
        clock.pass(LENGTH);
        assertThat(window.add("c")).isTrue();
        assertThat(handedOn).containsExactly(Set.of("a", "b"));
    }
}
