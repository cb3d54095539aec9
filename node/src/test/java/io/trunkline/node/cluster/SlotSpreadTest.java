package io.trunkline.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlotSpreadTest {
    private static final int SLOTS = 256;

    private final SlotSpread spread = new SlotSpread(SLOTS);
    private final Map<String, List<Integer>> hosted = new LinkedHashMap<>();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void spreadsSlotsEvenlyOverHostsThatAreThereFromTheStart(int hosts) {
        start(hosts);
        placeAll();

        assertEven();
        assertThat(moves(SLOTS)).isEmpty();
    }

    @Test
    void anyRunOf200SlotsIsWithinTwoPercentOfEvenOverFourHosts() {
        start(4);
        placeAll();

        for (int first = 0; first < SLOTS; first++) {
            for (Map.Entry<String, List<Integer>> host : hosted.entrySet()) {
                long share = IntStream.range(first, first + 200)
                        .filter(slot -> host.getValue().contains(slot % SLOTS))
                        .count();
                assertThat(share).as("slots %d.. on %s", first, host.getKey()).isBetween(49L, 51L);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void aNewHostTakesItsShareAndNothingElseMoves(int before) {
        start(before);
        placeAll();
        Map<Integer, String> homes = homes();

        hosted.put("new", new ArrayList<>());
        rebalance(SLOTS);

        assertEven();
        homes().forEach((slot, home) -> assertThat(home).isIn(homes.get(slot), "new"));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
    void aLostHostsSlotsGoToTheOthersEvenlyAndNothingElseMoves(int before) {
        start(before);
        placeAll();
        Map<Integer, String> homes = homes();

        List<Integer> orphans = Objects.requireNonNull(hosted.remove("host-0"));
        orphans.forEach(this::place);

        assertEven();
        assertThat(moves(SLOTS)).isEmpty();
        homes().forEach((slot, home) -> {
            if (!orphans.contains(slot)) {
                assertThat(home).isEqualTo(homes.get(slot));
            }
        });
    }

    @Test
    void joinsAndLeavesInAnyOrderEndEvenWithAsFewMovesAsCanBe() {
        Random random = new Random(42);
        start(4);
        placeAll();
        for (int change = 0; change < 200; change++) {
            boolean join = hosted.size() == 1 || (hosted.size() < 8 && random.nextBoolean());
            if (join) {
                hosted.put("host-" + (100 + change), new ArrayList<>());
            } else {
                String gone = List.copyOf(hosted.keySet()).get(random.nextInt(hosted.size()));
                Objects.requireNonNull(hosted.remove(gone)).forEach(this::place);
            }
            int fewest = surplus();
            int limit = 1 + random.nextInt(64);

            assertThat(rebalance(limit)).as("moves after change %d", change).isEqualTo(fewest);
            assertEven();
        }
    }

    @Test
    void evensOutWhateverItFinds() {
        Random random = new Random(7);
        for (int trial = 0; trial < 200; trial++) {
            hosted.clear();
            start(1 + random.nextInt(8));
            List<List<Integer>> lists = List.copyOf(hosted.values());
            IntStream.range(0, SLOTS)
                    .forEach(slot -> lists.get((int) (lists.size() * Math.pow(random.nextDouble(), 3)))
                            .add(slot));
            int fewest = surplus();

            assertThat(rebalance(16)).isEqualTo(fewest);
            assertEven();
        }
    }

    @Test
    void movesNoMoreThanItMayAndOnlyFromHostsWithTooMany() {
        hosted.put("full", IntStream.range(0, 100).boxed().toList());
        hosted.put("half", IntStream.range(100, 150).boxed().toList());
        hosted.put("empty", List.of());

        Set<Integer> moves = moves(32);

        assertThat(moves).hasSize(32).allMatch(slot -> slot < 100);
        assertThat(moves(0)).isEmpty();
        assertThat(moves(1)).hasSize(1);
        assertThat(moves(SLOTS)).hasSize(50);
    }

    @Test
    void interleavesHostsThatAreThereFromTheStartInWhateverOrderSlotsAreAskedFor() {
        List<Integer> order = new ArrayList<>(IntStream.range(0, SLOTS).boxed().toList());
        Collections.shuffle(order, new Random(11));
        start(4);

        order.forEach(this::place);

        hosted.values()
                .forEach(own -> assertThat(own.stream().map(slot -> slot % 4).distinct())
                        .hasSize(1));
    }

    @Test
    void knowsNoMovesWithoutHostsAndNoPlaceEither() {
        assertThat(moves(10)).isEmpty();
        assertThatThrownBy(() -> spread.place(1, hosted)).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void placesASlotAwayFromItsNeighboursAcrossTheEndOfTheRing() {
        hosted.put("a", List.of(3));
        hosted.put("b", List.of(2));
        hosted.put("c", List.of(1));

        assertThat(new SlotSpread(4).place(0, hosted)).isEqualTo("b");
    }

    @Test
    void aSingleSlotHasAPlace() {
        SlotSpread single = new SlotSpread(1);
        start(3);

        assertThat(single.place(0, hosted)).isEqualTo("host-0");
        hosted.replace("host-0", List.of(0));
        assertThat(single.moves(hosted, List.of(), Set.of(), 1)).isEmpty();
    }

    @Test
    void takesEverythingFromAHostThatLeavesBeforeItEvensOutTheOthers() {
        start(4);
        placeAll();
        List<Integer> leaving = Objects.requireNonNull(hosted.remove("host-2"));

        Set<Integer> first = spread.moves(hosted, List.of(leaving), Set.of(), 10);
        assertThat(first).hasSize(10).allMatch(leaving::contains);
        Set<Integer> others = spread.moves(hosted, List.of(leaving), first, SLOTS);

        assertThat(others).hasSize(54).allMatch(leaving::contains).doesNotContainAnyElementsOf(first);
        assertThat(spread.moves(hosted, List.of(leaving), Set.copyOf(leaving), SLOTS))
                .isEmpty();
    }

    @Test
    void whatIsOnTheMoveIsNotMovedAgainNorMadeUpFor() {
        hosted.put("full", IntStream.range(0, 100).boxed().toList());
        hosted.put("empty", List.of());

        Set<Integer> first = spread.moves(hosted, List.of(), Set.of(), 20);
        Set<Integer> rest = spread.moves(hosted, List.of(), first, SLOTS);

        assertThat(rest).hasSize(30).doesNotContainAnyElementsOf(first);
        first.forEach(rest::add);
        assertThat(spread.moves(hosted, List.of(), rest, SLOTS)).isEmpty();
    }

    @Test
    void nothingMovesWhenNobodyStays() {
        assertThat(spread.moves(Map.of(), List.of(List.of(1, 2, 3)), Set.of(), SLOTS))
                .isEmpty();
    }

    private Set<Integer> moves(int limit) {
        return spread.moves(hosted, List.of(), Set.of(), limit);
    }

    private void start(int hosts) {
        for (int host = 0; host < hosts; host++) {
            hosted.put("host-" + host, new ArrayList<>());
        }
    }

    private void placeAll() {
        IntStream.range(0, SLOTS).forEach(this::place);
    }

    private void place(int slot) {
        Objects.requireNonNull(hosted.get(spread.place(slot, hosted))).add(slot);
    }

    /** Plays the coordinator until nothing moves; returns how many moves it took. */
    private int rebalance(int limit) {
        int moved = 0;
        for (Set<Integer> moves = moves(limit); !moves.isEmpty(); moves = moves(limit)) {
            assertThat(moves).hasSizeLessThanOrEqualTo(limit);
            moved += moves.size();
            assertThat(moved).isLessThanOrEqualTo(SLOTS);
            for (Integer slot : moves) {
                hosted.values().forEach(own -> own.remove(slot));
                place(slot);
            }
        }
        return moved;
    }

    /** The slots that hosts have beyond their share: no sequence of moves can be shorter. */
    private int surplus() {
        int total = hosted.values().stream().mapToInt(Collection::size).sum();
        int share = total / hosted.size();
        int withOneMore = total % hosted.size();
        List<Integer> sizes = hosted.values().stream()
                .map(Collection::size)
                .sorted((left, right) -> right - left)
                .toList();
        int surplus = 0;
        for (int i = 0; i < sizes.size(); i++) {
            surplus += Math.max(0, sizes.get(i) - share - (i < withOneMore ? 1 : 0));
        }
        return surplus;
    }

    private void assertEven() {
        int most = hosted.values().stream().mapToInt(List::size).max().orElseThrow();
        int fewest = hosted.values().stream().mapToInt(List::size).min().orElseThrow();
        assertThat(most - fewest).as("shares %s", hosted.values()).isLessThanOrEqualTo(1);
    }

    private Map<Integer, String> homes() {
        Map<Integer, String> homes = new LinkedHashMap<>();
        hosted.forEach((host, own) -> own.forEach(slot -> homes.put(slot, host)));
        return homes;
    }
}
