package io.trunkline.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules against large packages and knots find what they are for, in classes that are made up. */
class RoomsTest {
    private static final String ROOM = "io.trunkline.architecture.knot";
    private static final String KNOT = "knot " + ROOM;

    private final Rooms rooms = new Rooms(new ClassFileImporter().importPackages(ROOM), Set.of());

    private final Path directory;

    RoomsTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void aKnotOfSixClassesIsTooLargeAndNamesThemAndTheReferenceToCut() {
        Rooms.TooLarge knot = Objects.requireNonNull(rooms.tooLarge().get(KNOT));
        assertThat(knot.size()).isEqualTo(6);
        assertThat(knot.reason().get())
                .contains("6 classes all reach each other: Fifth, Fourth, Ring, Second, Sixth, Third\n")
                .contains("cut Ring -> Second (references: 1; the largest knot that is left: 1)")
                .doesNotContain("Outside");
    }

    @Test
    void packagesThatReachEachOtherAreFoundWithTheClassesThatMakeThem() {
        Rooms.TooLarge knot = Objects.requireNonNull(rooms.tooLarge().get("packages"));
        assertThat(knot.size()).isEqualTo(2);
        assertThat(knot.reason().get())
                .contains(ROOM + ".far -> " + ROOM + " (references: 1; the largest knot that is left: 1)")
                .contains("\n      " + ROOM + ".far.Far -> " + ROOM + ".Ring");
    }

    @Test
    void nestedClassesCountWithTheClassAroundThem() {
        assertThat(rooms.sizes()).containsEntry(ROOM, 7);
        assertThat(rooms.knots())
                .hasSize(1)
                .first()
                .satisfies(knot -> assertThat(knot).hasSize(7).contains(ROOM + ".far.Far"));
    }

    @Test
    void whatIsAsLargeAsItsEntryIsNotWrong() throws IOException {
        assertThat(check(KNOT + " = 6", "packages = 2")).isEmpty();
    }

    @Test
    void whatIsLargerThanItsEntryOrHasNoneIsWrong() throws IOException {
        assertThat(check("packages = 1"))
                .hasSize(2)
                .anySatisfy(text -> assertThat(text).startsWith(KNOT + " has 6 (expected: at most 5)"))
                .anySatisfy(text -> assertThat(text).startsWith("packages has 2 (expected: at most 1)"));
    }

    @Test
    void anEntryThatSaysMoreThanIsTrueIsToBeLowered() throws IOException {
        assertThat(check(KNOT + " = 9", "packages = 2", "package gone = 30"))
                .hasSize(2)
                .anySatisfy(text -> assertThat(text).contains(KNOT, "lower the entry to 6"))
                .anySatisfy(text -> assertThat(text).contains("package gone", "remove the entry"));
    }

    @Test
    void loweringWritesTheTruthAndRaisesNothing() throws IOException {
        KnownSizes known = known("# kept", KNOT + " = 9", "packages = 1", "package gone = 30");
        known.lower(rooms.tooLarge());
        assertThat(directory.resolve("known.txt")).hasContent("# kept\n" + KNOT + " = 6\npackages = 1\n");
    }

    private List<String> check(String... lines) throws IOException {
        return known(lines).check(rooms.tooLarge());
    }

    private KnownSizes known(String... lines) throws IOException {
        return new KnownSizes(Files.write(directory.resolve("known.txt"), List.of(lines)));
    }
}
