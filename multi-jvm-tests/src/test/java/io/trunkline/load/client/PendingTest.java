package io.trunkline.load.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PendingTest {
    @Test
    void takesAnswersInAnyOrderAndEachOnce() {
        Pending pending = new Pending(3);
        int first = pending.add(10);
        int second = pending.add(20);

        assertThat(pending.answer(second)).isEqualTo(20);
        assertThat(pending.answer(second)).isEqualTo(Pending.NONE);
        assertThat(pending.answer(first)).isEqualTo(10);
        assertThat(pending.size()).isZero();
    }

    @Test
    void isFullAtItsDepthRoundedUpToAPowerOfTwo() {
        Pending pending = new Pending(3);
        for (int i = 0; i < 4; i++) {
            assertThat(pending.hasRoom()).isTrue();
            pending.add(i);
        }

        assertThat(pending.hasRoom()).isFalse();
    }

    @Test
    void holdsExactlyOneAtDepthOne() {
        Pending pending = new Pending(1);
        pending.add(1);

        assertThat(pending.hasRoom()).isFalse();
    }

    @Test
    void knowsWhatWasNeverSent() {
        Pending pending = new Pending(1);
        int sequence = pending.add(1);

        assertThat(pending.wasAdded(sequence)).isTrue();
        assertThat(pending.wasAdded(sequence + 1)).isFalse();
    }

    @Test
    void givesUpOnlyWhatIsTooOld() {
        Pending pending = new Pending(4);
        pending.add(10);
        int young = pending.add(20);

        assertThat(pending.expire(15)).isEqualTo(1);
        assertThat(pending.size()).isEqualTo(1);
        assertThat(pending.answer(young)).isEqualTo(20);
    }
}
