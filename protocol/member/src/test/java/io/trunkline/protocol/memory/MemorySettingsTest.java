package io.trunkline.protocol.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.protocol.member.SettingsException;
import org.junit.jupiter.api.Test;

class MemorySettingsTest {
    private static final long MIB = 1024 * 1024;
    private static final int MESSAGE = 4 * 1024 * 1024;

    @Test
    void takesAPartOfTheHeapWhenNothingIsSaid() {
        long smaller = Math.min(MemorySettings.heap(), MemorySettings.direct());
        assertThat(MemorySettings.auto().limit()).isBetween(smaller / 3, smaller / 2);
    }

    @Test
    void contradictsAHeapThatIsTooSmall() {
        MemorySettings settings = new MemorySettings(400 * MIB);
        assertThatCode(() -> settings.requireRoom(1024 * MIB, 1024 * MIB, MESSAGE))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> settings.requireRoom(512 * MIB, 1024 * MIB, MESSAGE))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("member.memory-limit: 419430400")
                .hasMessageContaining("-Xmx");
        assertThatThrownBy(() -> settings.requireRoom(1024 * MIB, 512 * MIB, MESSAGE))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("-XX:MaxDirectMemorySize");
    }

    @Test
    void hasRoomForSomeMessages() {
        assertThatThrownBy(() -> new MemorySettings(15 * MIB).requireRoom(1024 * MIB, 1024 * MIB, MESSAGE))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("member.message-limit");
        assertThatThrownBy(() -> new MemorySettings(10)).hasMessageContaining("auto, or at least 1 MiB");
    }
}
