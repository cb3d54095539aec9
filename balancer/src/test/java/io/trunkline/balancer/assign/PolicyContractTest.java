package io.trunkline.balancer.assign;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.balancer.assign.NodeView.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every policy promises, whatever it prefers. */
@Timeout(30)
abstract class PolicyContractTest {
    static final int CLIENTS = 20_000;

    final Policy policy = policy();

    abstract Policy policy();

    /** Assigns a client as the trunks do: what is assigned is opened at once. */
    Candidate place(ClientKey client, NodeView view) {
        Assignment place = Objects.requireNonNull(policy.assign(client, view), "no place");
        Candidate node = view.owner(place.slot());
        assertThat(node).as("the node that hosts slot %s", place.slot()).isNotNull();
        Candidate owner = Objects.requireNonNull(node);
        assertThat(owner.key()).isEqualTo(place.node());
        owner.load().opened();
        return owner;
    }

    @Test
    void hasNoPlaceWhereThereIsNoNode() {
        assertThat(policy.assign(Views.client(1), NodeView.EMPTY)).isNull();
        assertThat(policy.assign(Views.client(1), new NodeView(List.of(), Views.SLOTS)))
                .isNull();
    }

    @Test
    void givesNodesOfTheViewAndSlotsThatTheyHost() {
        NodeView view = Views.of(3);
        for (int client = 0; client < 1_000; client++) {
            assertThat(view.candidates()).contains(place(Views.client(client), view));
        }
    }

    @Test
    void givesNobodyToAFullNode() {
        NodeView view = Views.of(4);
        view.candidates().get(1).load().limit(0);
        for (int client = 0; client < 1_000; client++) {
            Assignment place = policy.assign(Views.client(client), view);
            if (place != null) {
                assertThat(place.node()).isNotEqualTo(Views.key(2));
            }
        }
    }

    @Test
    void countsTheSessionsOfOtherBalancersWhenItLooksForRoom() {
        NodeView view = Views.of(2, 10);
        view.candidates().forEach(node -> node.load().elsewhere(10));
        assertThat(policy.assign(Views.client(1), view)).isNull();
        view.candidates().forEach(node -> node.load().elsewhere(9));
        assertThat(policy.assign(Views.client(1), view)).isNotNull();
    }

    @Test
    void fillsEveryNodeToItsLimitAndNoFurther() {
        NodeView view = Views.of(4, 50);
        int placed = 0;
        for (int client = 0; client < 1_000; client++) {
            if (policy.assign(Views.client(client), view) != null) {
                place(Views.client(client), view);
                placed++;
            }
        }
        assertThat(placed).isEqualTo(200);
        assertThat(view.candidates())
                .allSatisfy(node -> assertThat(node.load().own()).isEqualTo(50));
    }

    @Test
    void goesOnWhileNodesJoinAndLeave() {
        NodeView four = Views.of(4);
        for (NodeView view : List.of(four, Views.without(four, 2), Views.of(1), Views.of(7), four)) {
            for (int client = 0; client < 256; client++) {
                Assignment place = policy.assign(Views.client(client), view);
                if (place == null) {
                    // Only a slot that nobody hosts may leave a client without a place.
                    assertThat(view.candidates()).hasSizeLessThan(4);
                } else {
                    assertThat(view.candidates())
                            .anyMatch(node -> node.key().equals(place.node())
                                    && node.slots().contains(place.slot()));
                }
            }
        }
    }

    @Test
    void servesSeveralEventLoopsAtOnce() throws Exception {
        NodeView view = Views.of(4, 25_000);
        inParallel(4, CLIENTS / 4, client -> place(Views.client(client), view));
        assertThat(view.candidates().stream()
                        .mapToInt(node -> node.load().own())
                        .sum())
                .isEqualTo(CLIENTS);
    }

    interface Placing {
        void place(int client);
    }

    /** Runs {@code each} clients on each of several threads that start together. */
    static void inParallel(int threads, int each, Placing placing) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        CyclicBarrier start = new CyclicBarrier(threads);
        try {
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int first = thread * each;
                tasks.add(() -> {
                    start.await(10, TimeUnit.SECONDS);
                    for (int client = first; client < first + each; client++) {
                        placing.place(client);
                    }
                    return null;
                });
            }
            for (Future<Void> done : pool.invokeAll(tasks)) {
                done.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    /** Asserts that the nodes differ from an even spread by at most {@code percent} of it. */
    static void assertEven(List<Candidate> nodes, double percent) {
        double even =
                nodes.stream().mapToInt(node -> node.load().own()).average().orElseThrow();
        assertThat(nodes)
                .allSatisfy(node -> assertThat((double) node.load().own())
                        .as(node.key().name())
                        .isBetween(even * (1 - percent / 100), even * (1 + percent / 100)));
    }
}
