package io.trunkline.multinode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * The files through which one node JVM and the launcher speak: its log, the results of its steps and how it is meant to
 * end. Files, because they outlive a JVM that dies.
 *
 * @param directory of the launch, the same for all of its nodes
 * @param role of the node
 */
record NodeFiles(Path directory, String role) {

    /** The files of another node of the same launch. */
    NodeFiles of(String otherRole) {
        return new NodeFiles(directory, otherRole);
    }

    /** What the JVM printed. */
    Path log() {
        return directory.resolve(role + ".log");
    }

    /** What its threads did when it had to be killed. */
    Path threadDump() {
        return directory.resolve(role + ".threads");
    }

    /** One {@link StepResult} per line, in the order in which they came about. */
    Path results() {
        return directory.resolve(role + ".results");
    }

    /** Notes that the test is about to end this node, written by the node that does it. */
    void expectEnd(int exitCode) {
        try {
            Files.writeString(expectedEndFile(), Integer.toString(exitCode));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The exit code with which the test meant to end this node before its last step; empty when it did not. */
    OptionalInt expectedEnd() {
        try {
            return Files.exists(expectedEndFile())
                    ? OptionalInt.of(Integer.parseInt(Files.readString(expectedEndFile())))
                    : OptionalInt.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The results so far; empty when the node did not get as far as a step. */
    List<StepResult> readResults() {
        try {
            return Files.exists(results())
                    ? Files.readAllLines(results()).stream()
                            .map(StepResult::parse)
                            .toList()
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path expectedEndFile() {
        return directory.resolve(role + ".expected-end");
    }
}
