package io.trunkline.faults.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TraceTest {

    private final Path directory;

    TraceTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void executionsOfAllProcessesAreCounted() throws IOException {
        Trace trace = Trace.open(directory);
        trace.executed("17:203", "node-1");
        trace.executed("17:204", "node-1");
        Files.writeString(directory.resolve("executions-0.log"), "17:203 node-2 1763667000123\n");
        assertThat(Trace.read(directory)).isEqualTo(Map.of("17:203", 2, "17:204", 1));
    }

    @Test
    void aLineThatDoesNotNameItsOperationInFullDoesNotCount() throws IOException {
        Files.writeString(directory.resolve("executions-0.log"), "17:203 node-2 1763667000123\n17:2");
        assertThat(Trace.read(directory)).isEqualTo(Map.of("17:203", 1));
    }

    @Test
    void withoutADirectoryNothingRan() throws IOException {
        assertThat(Trace.read(directory.resolve("none"))).isEmpty();
    }
}
