package io.trunkline.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.protocol.session.SlotSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class HostedSlotsTest {
    private final HostedSlots hosted = new HostedSlots();
    private final List<String> heard = new ArrayList<>();
    private final BiConsumer<Long, SlotSet> listener = this::hear;

    @Test
    void hostsWhatHasArrivedUntilItLeft() {
        assertThat(hosted.hosts(7)).isFalse();
        hosted.arrived(7);
        hosted.arrived(SlotSet.MAX_SLOTS - 1);
        assertThat(hosted.hosts(7)).isTrue();
        assertThat(hosted.hosts(SlotSet.MAX_SLOTS - 1)).isTrue();
        hosted.left(7);
        assertThat(hosted.hosts(7)).isFalse();
        assertThat(hosted.slots()).isEqualTo(SlotSet.of(SlotSet.MAX_SLOTS - 1));
    }

    @Test
    void hostsNoSlotOutsideTheCluster() {
        hosted.arrived(0);
        assertThat(hosted.hosts(-1)).isFalse();
        assertThat(hosted.hosts(Integer.MIN_VALUE)).isFalse();
        assertThat(hosted.hosts(Integer.MAX_VALUE)).isFalse();
    }

    @Test
    void tellsAListenerAtOnceAndAtEachChange() {
        hosted.arrived(1);
        hosted.listen(listener);
        hosted.arrived(2);
        hosted.left(1);
        assertThat(heard).containsExactly("1 {1}", "2 {1, 2}", "3 {2}");
    }

    @Test
    void saysNothingWhenNothingChanges() {
        hosted.listen(listener);
        hosted.left(5);
        hosted.arrived(5);
        hosted.arrived(5);
        assertThat(heard).containsExactly("0 {}", "1 {5}");
    }

    @Test
    void tellsNothingAfterUnlisten() {
        hosted.listen(listener);
        hosted.unlisten(listener);
        hosted.arrived(5);
        assertThat(heard).containsExactly("0 {}");
    }

    @Test
    void tellsChangesOfManyThreadsInTheOrderOfTheirVersions() throws InterruptedException, ExecutionException {
        List<Long> versions = new ArrayList<>();
        hosted.listen((version, slots) -> versions.add(version));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                int first = thread * 100;
                done.add(threads.submit(() -> {
                    for (int slot = first; slot < first + 100; slot++) {
                        hosted.arrived(slot);
                        hosted.left(slot);
                    }
                }));
            }
            for (Future<?> future : done) {
                future.get();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(versions).hasSize(801).isSorted().doesNotHaveDuplicates();
        assertThat(hosted.slots()).isEqualTo(SlotSet.EMPTY);
    }

    private void hear(Long version, SlotSet slots) {
        heard.add(version + " " + slots);
    }
}
