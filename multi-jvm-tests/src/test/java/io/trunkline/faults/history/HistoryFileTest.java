package io.trunkline.faults.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.trunkline.faults.history.Event.Closed;
import io.trunkline.faults.history.Event.Mark;
import io.trunkline.faults.history.Event.Operation;
import io.trunkline.faults.history.Event.Stray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HistoryFileTest {

    private final Path directory;

    HistoryFileTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void eventsComeBackAsTheyWereWritten() throws IOException {
        List<Event> events = List.of(
                new Mark(0, "kill node-1, node-2"),
                new Operation(17, 203, Kind.ECHO, "17:203 ee", 5, 9, 0, Outcome.OK, "17:203 ee", ""),
                new Operation(17, 204, Kind.COUNT, "", 10, 30, 7_000, Outcome.UNKNOWN, "node_lost", "node-2"),
                new Stray(3, 31, "{\"id\":4}"),
                new Closed(3, 32, ""));
        assertThat(written(events)).isEqualTo(events);
    }

    @Test
    void tabsAndLineEndsInTextsBecomeSpaces() throws IOException {
        assertThat(written(List.of(new Stray(3, 31, "a\tb\nc")))).containsExactly(new Stray(3, 31, "a b c"));
    }

    @Test
    void aLineOfSomethingElseIsRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("history"), "something else\n");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HistoryFile.read(file, event -> {}))
                .withMessageContaining("something else");
    }

    private List<Event> written(List<Event> events) throws IOException {
        Path file = directory.resolve("history");
        try (HistoryFile history = HistoryFile.create(file)) {
            events.forEach(history);
        }
        List<Event> read = new ArrayList<>();
        HistoryFile.read(file, read::add);
        return read;
    }
}
