package io.trunkline.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SessionIdTest {
    @Test
    void carriesItsSlot() {
        for (int slot = 0; slot < SlotSet.MAX_SLOTS; slot++) {
            String id = SessionId.mint(slot);
            assertThat(id).hasSize(SessionId.LENGTH).matches("[A-Za-z0-9_-]+");
            assertThat(SessionId.slotOf(id)).isEqualTo(slot);
        }
    }

    @Test
    void isNeverTheSameTwice() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            assertThat(seen.add(SessionId.mint(5))).isTrue();
        }
    }

    @Test
    void tellsWhatIsNoSessionId() {
        assertThat(SessionId.slotOf("")).isEqualTo(-1);
        assertThat(SessionId.slotOf("A".repeat(23))).isEqualTo(-1);
        assertThat(SessionId.slotOf("A".repeat(23) + "\u00e4")).isEqualTo(-1);
        assertThat(SessionId.slotOf("A".repeat(23) + " ")).isEqualTo(-1);
        assertThat(SessionId.slotOf("A".repeat(24))).isZero();
    }

    @Test
    void refusesASlotThatTwoCharactersCannotName() {
        assertThatThrownBy(() -> SessionId.mint(SlotSet.MAX_SLOTS)).hasMessageContaining("4096 (expected: 0..4095)");
        assertThatThrownBy(() -> SessionId.mint(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
