package io.trunkline.protocol.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChangesAnnouncedTest {

    @Test
    void takesAsManyMessagesAsItNeeds() {
        List<String> changes =
                IntStream.range(0, 40).mapToObj(i -> i + ":" + "x".repeat(2000)).toList();

        List<ChangesAnnounced> messages = ChangesAnnounced.of(changes);

        assertThat(messages).hasSize(3);
        assertThat(messages.stream().flatMap(message -> message.changes().stream()))
                .containsExactlyElementsOf(changes);
        assertThat(ChangesAnnounced.of(List.of())).isEmpty();
        assertThat(ChangesAnnounced.of(List.of("a:b"))).containsExactly(new ChangesAnnounced(List.of("a:b")));
    }

    @Test
    void refusesToBecomeTooLarge() {
        assertThatThrownBy(() -> new ChangesAnnounced(List.of("x".repeat(ChangesAnnounced.MAX_CHARACTERS), "y")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("changes: 32769 characters (expected: <= 32768)");
    }
}
