package io.trunkline.load.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScheduleTest {
    private final Schedule schedule = new Schedule(1_000, 1e6);

    @Test
    void theFirstRequestIsDueAtTheStart() {
        assertThat(schedule.dueBy(999)).isZero();
        assertThat(schedule.dueBy(1_000)).isEqualTo(1);
        assertThat(schedule.timeOf(0)).isEqualTo(1_000);
    }

    @Test
    void eachNextOneFollowsAfterTheInterval() {
        assertThat(schedule.timeOf(3)).isEqualTo(4_000);
        assertThat(schedule.dueBy(3_999)).isEqualTo(3);
        assertThat(schedule.dueBy(4_000)).isEqualTo(4);
    }

    @Test
    void staysExactOverHours() {
        Schedule slow = new Schedule(0, 100_000);
        long requests = 100_000L * 3_600 * 5;

        assertThat(slow.timeOf(requests)).isEqualTo(3_600_000_000_000L * 5);
    }
}
