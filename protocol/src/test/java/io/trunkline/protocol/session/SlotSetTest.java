package io.trunkline.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SlotSetTest {
    @Test
    void survivesItsOwnBytes() {
        SlotSet set = SlotSet.of(0, 63, 64, 255);
        assertThat(SlotSet.fromBytes(set.toBytes())).isEqualTo(set).hasSameHashCodeAs(set);
        assertThat(SlotSet.fromBytes(new byte[32])).isEqualTo(SlotSet.EMPTY);
    }

    @Test
    void isChangedOnlyInCopies() {
        SlotSet set = SlotSet.of(1, 2);
        assertThat(set.with(3, true)).isEqualTo(SlotSet.of(1, 2, 3));
        assertThat(set.with(2, false)).isEqualTo(SlotSet.of(1));
        assertThat(set.size()).isEqualTo(2);
        assertThat(set.get(1)).isEqualTo(2);
        assertThat(set.contains(3)).isFalse();
    }
}
