package io.trunkline.balancer.assign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keeps the contract for clients without an affinity, whom it leaves to another policy. */
class ByAffinityTest extends PolicyContractTest {
    @Override
    Policy policy() {
        return PolicyName.ROUND_ROBIN.create();
    }

    private static ClientKey client(int number, String affinity) {
        return new ClientKey(Views.client(number).source(), affinity);
    }

    @ParameterizedTest
    @EnumSource
    void clientsOfOneAffinityMeetTheSameNodeThroughEveryBalancer(PolicyName name) {
        Policy here = name.create();
        Policy there = PolicyName.SOURCE_HASH.create();
        NodeView view = Views.of(4);
        for (int number = 0; number < 1_000; number++) {
            String affinity = "tool\n" + number % 50;
            Assignment place = Objects.requireNonNull(here.assign(client(number, affinity), view));
            view.candidates().get(number % 4).load().opened();
            assertThat(place.slot()).isEqualTo(ByAffinity.slotOf(affinity, Views.SLOTS));
            assertThat(there.assign(client(number + 1, affinity), Views.of(4))).isEqualTo(place);
        }
    }

    @Test
    void whatHasASlotOfItsOwnGoesThere() {
        for (int slot = 0; slot < Views.SLOTS; slot++) {
            assertThat(ByAffinity.slotOf(ByAffinity.ofSlot(slot), Views.SLOTS)).isEqualTo(slot);
        }
    }

    @Test
    void affinitiesSpreadOverTheNodes() {
        NodeView view = Views.of(4);
        for (int number = 0; number < CLIENTS; number++) {
            place(client(1, "tool\ntool-" + number), view);
        }
        assertEven(view.candidates(), 10);
    }

    @Test
    void waitsForItsOwnNodeWhenThatIsFull() {
        NodeView view = Views.of(4);
        place(client(1, "a"), view).load().limit(1);
        assertThat(policy.assign(client(2, "a"), view)).isNull();
        assertThat(policy.assign(Views.client(2), view)).isNotNull();
    }

    @Test
    void waitsWhileNobodyHostsItsSlot() {
        NodeView view = Views.of(4);
        Assignment place = Objects.requireNonNull(policy.assign(client(1, "a"), view));
        for (int left = 0; left < 4; left++) {
            if (view.candidates().get(left).key().equals(place.node())) {
                assertThat(policy.assign(client(1, "a"), Views.without(view, left)))
                        .isNull();
            }
        }
        assertThat(policy.assign(client(1, "a"), NodeView.EMPTY)).isNull();
    }
}
