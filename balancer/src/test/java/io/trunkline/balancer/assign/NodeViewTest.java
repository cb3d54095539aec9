package io.trunkline.balancer.assign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.balancer.assign.NodeView.Candidate;
import io.trunkline.protocol.session.SlotSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class NodeViewTest {
    @Test
    void namesTheOwnerOfEverySlotThatSomebodyHosts() {
        Candidate one = candidate(1, 0, 2);
        Candidate two = candidate(2, 1);
        NodeView view = new NodeView(List.of(one, two), 4);
        assertThat(view.slots()).isEqualTo(4);
        assertThat(view.owner(0)).isSameAs(one);
        assertThat(view.owner(1)).isSameAs(two);
        assertThat(view.owner(2)).isSameAs(one);
        assertThat(view.owner(3)).isNull();
    }

    @Test
    void nobodyOwnsASlotThatTheClusterDoesNotHave() {
        NodeView view = new NodeView(List.of(candidate(1, 0, 9)), 4);
        assertThat(view.owner(-1)).isNull();
        assertThat(view.owner(4)).isNull();
        assertThat(view.owner(9)).isNull();
        assertThat(NodeView.EMPTY.owner(0)).isNull();
    }

    @Test
    void doesNotFollowChangesOfTheListThatItWasMadeOf() {
        List<Candidate> nodes = new ArrayList<>(List.of(candidate(1, 0)));
        NodeView view = new NodeView(nodes, 4);
        nodes.clear();
        assertThat(view.candidates()).hasSize(1);
        assertThatThrownBy(() -> view.candidates().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aLoadCountsOwnSessionsAndThoseElsewhere() {
        NodeLoad load = new NodeLoad();
        assertThat(load.full()).isFalse();
        load.limit(3);
        load.opened();
        load.elsewhere(1);
        assertThat(load.own()).isEqualTo(1);
        assertThat(load.all()).isEqualTo(2);
        assertThat(load.full()).isFalse();
        load.opened();
        assertThat(load.full()).isTrue();
        load.closed();
        assertThat(load.full()).isFalse();
    }

    @Test
    void policiesAreKnownByTheNamesOfTheirLabels() {
        assertThat(PolicyName.of("source-hash")).isEqualTo(PolicyName.SOURCE_HASH);
        assertThat(PolicyName.of("SOURCE_HASH")).isNull();
        assertThat(PolicyName.of("")).isNull();
        assertThat(PolicyName.labels()).isEqualTo("round-robin, least-connections, source-hash");
    }

    @Test
    void slotsWithoutAHostBelongToTheHostOfTheirGuestsAlikeOnEveryBalancer() {
        Candidate hosting = candidate(1, 0, 2);
        Candidate fresh = candidate(2);
        Candidate other = candidate(3);
        NodeView here = new NodeView(List.of(hosting), List.of(hosting, fresh, other), 64).withGuests();
        NodeView there = new NodeView(List.of(hosting), List.of(other, fresh, hosting), 64).withGuests();
        assertThat(here.candidates())
                .extracting(Candidate::key)
                .containsExactlyElementsOf(List.of(hosting.key(), fresh.key(), other.key()));
        for (int slot = 0; slot < 64; slot++) {
            Candidate owner = Objects.requireNonNull(here.owner(slot));
            assertThat(Objects.requireNonNull(there.owner(slot)).key()).isEqualTo(owner.key());
            assertThat(owner.slots().contains(slot)).isTrue();
        }
        assertThat(here.owner(0)).extracting(Candidate::key).isEqualTo(hosting.key());
        assertThat(here.owner(2)).extracting(Candidate::key).isEqualTo(hosting.key());
    }

    @Test
    void nothingIsGivenAwayWhenEverySlotHasAHost() {
        Candidate hosting = candidate(1, 0, 1, 2, 3);
        NodeView view = new NodeView(List.of(hosting), List.of(hosting, candidate(2)), 4);
        assertThat(view.withGuests()).isSameAs(view);
        hosting.load().limit(0);
        assertThat(view.takesNew())
                .as("the other hosts no slot and will host these at no time")
                .isFalse();
        assertThat(view.takesKnown()).isTrue();
    }

    @Test
    void aLoadTakesWhatIsNotNewUpToItsCeiling() {
        NodeLoad load = new NodeLoad();
        load.limit(2);
        load.elsewhere(2);
        assertThat(load.atCeiling())
                .as("a node of an older version has said none")
                .isTrue();
        load.ceiling(3);
        assertThat(load.full()).isTrue();
        assertThat(load.atCeiling()).isFalse();
        load.opened();
        assertThat(load.atCeiling()).isTrue();
    }

    private static Candidate candidate(int node, int... slots) {
        return new Candidate(Views.key(node), SlotSet.of(slots), new NodeLoad());
    }
}
