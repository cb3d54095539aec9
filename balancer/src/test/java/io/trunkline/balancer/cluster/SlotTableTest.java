package io.trunkline.balancer.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.protocol.session.SlotSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SlotTableTest {
    private static final NodeKey ONE = new NodeKey("node-1", 1);
    private static final NodeKey TWO = new NodeKey("node-2", 2);
    private static final NodeKey THREE = new NodeKey("node-3", 3);

    private final SlotTable table = new SlotTable();
    private final AtomicInteger changes = new AtomicInteger();

    @BeforeEach
    void setUp() {
        table.keep(Set.of(ONE, TWO, THREE));
        table.listen(changes::incrementAndGet);
    }

    @Test
    void isEmptyUntilNodesSpeak() {
        assertThat(table.slots()).isZero();
        assertThat(table.byNode()).isEmpty();
    }

    @Test
    void allNodesMustAgreeOnTheNumberOfSlots() {
        assertThat(table.agree(256)).isTrue();
        assertThat(table.agree(256)).isTrue();
        assertThat(table.agree(128)).isFalse();
        assertThat(table.slots()).isEqualTo(256);
    }

    @Test
    void aMoveReadsRightWhenTheFormerHostIsHeardFirst() {
        tell(ONE, 1, 0, 1);
        tell(ONE, 2, 0);
        assertThat(table.byNode()).isEqualTo(Map.of(ONE, SlotSet.of(0)));
        tell(TWO, 1, 1);
        assertThat(table.byNode()).isEqualTo(Map.of(ONE, SlotSet.of(0), TWO, SlotSet.of(1)));
    }

    @Test
    void aMoveReadsRightWhenTheNewHostIsHeardFirst() {
        tell(ONE, 1, 0, 1);
        tell(TWO, 1, 1);
        assertThat(table.byNode()).isEqualTo(Map.of(ONE, SlotSet.of(0), TWO, SlotSet.of(1)));
        tell(ONE, 2, 0);
        assertThat(table.byNode()).isEqualTo(Map.of(ONE, SlotSet.of(0), TWO, SlotSet.of(1)));
    }

    @Test
    void aSlotThatComesBackBelongsToItsFirstHostAgain() {
        tell(ONE, 1, 0);
        tell(TWO, 1, 0);
        tell(ONE, 2);
        tell(ONE, 3, 0);
        assertThat(table.byNode()).isEqualTo(Map.of(ONE, SlotSet.of(0)));
        tell(TWO, 2);
        assertThat(table.byNode()).isEqualTo(Map.of(ONE, SlotSet.of(0)));
    }

    @Test
    void aSlotThatCameBackWhileNobodyListenedHasAHost() {
        tell(ONE, 1, 0, 1);
        tell(TWO, 1, 1);
        // Versions 2 (without slot 1) and 3 of node 1 were told while its trunks were down.
        tell(TWO, 2);
        tell(ONE, 4, 0, 1);
        assertThat(table.byNode()).isEqualTo(Map.of(ONE, SlotSet.of(0, 1)));
    }

    @Test
    void olderVersionsAndRepetitionsArePassedOver() {
        tell(ONE, 5, 0, 1);
        tell(ONE, 4, 2);
        tell(ONE, 5, 3);
        assertThat(table.byNode()).isEqualTo(Map.of(ONE, SlotSet.of(0, 1)));
        assertThat(changes).hasValue(1);
    }

    @Test
    void theNextLifeOfANodeStartsWithAnyVersion() {
        NodeKey again = new NodeKey("node-1", 9);
        tell(ONE, 50, 0, 1);
        table.keep(Set.of(again, TWO));
        tell(again, 1, 0);
        assertThat(table.byNode()).isEqualTo(Map.of(again, SlotSet.of(0)));
    }

    @Test
    void aNodeThatIsGoneHostsNothing() {
        tell(ONE, 1, 0);
        tell(TWO, 1, 1);
        table.keep(Set.of(TWO, THREE));
        assertThat(table.byNode()).isEqualTo(Map.of(TWO, SlotSet.of(1)));
        assertThat(changes).hasValue(3);
        table.keep(Set.of(TWO, THREE));
        assertThat(changes).hasValue(3);
    }

    @Test
    void aNodeThatIsGoneCannotTakeSlotsBackWithItsLastWords() {
        tell(ONE, 1, 0);
        table.keep(Set.of(TWO));
        tell(TWO, 1, 0);
        tell(ONE, 2, 0);
        assertThat(table.byNode()).isEqualTo(Map.of(TWO, SlotSet.of(0)));
    }

    @Test
    void aSnapshotDoesNotChange() {
        tell(ONE, 1, 0);
        Map<NodeKey, SlotSet> before = table.byNode();
        tell(ONE, 2, 0, 1);
        assertThat(before).isEqualTo(Map.of(ONE, SlotSet.of(0)));
    }

    private void tell(NodeKey node, long version, int... slots) {
        table.told(node, version, SlotSet.of(slots));
    }
}
