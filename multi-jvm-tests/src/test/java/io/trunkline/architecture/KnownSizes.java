package io.trunkline.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What is known to be too large, in a file with a line {@code NAME = SIZE} for each. A size may only fall: one that is
 * larger than its line says is an error, and so is a line that says more than is true, because it would let the size
 * grow again.
 */
final class KnownSizes {
    private final Path file;
    private final List<String> comments;
    private final NavigableMap<String, Integer> known = new TreeMap<>();

    /** What a file says. */
    KnownSizes(Path file) throws IOException {
        this.file = file;
        List<String> lines = Files.readAllLines(file);
        comments = lines.stream().filter(line -> line.startsWith("#")).toList();
        for (String line : lines) {
            int equals = line.indexOf(" = ");
            if (!line.startsWith("#") && equals > 0) {
                known.put(line.substring(0, equals), Integer.parseInt(line.substring(equals + 3)));
            }
        }
    }

    /** What is wrong, a text for each; empty when the file tells the truth. */
    List<String> check(NavigableMap<String, Rooms.TooLarge> found) {
        List<String> wrong = new ArrayList<>();
        found.forEach((name, now) -> {
            int entry = known.getOrDefault(name, now.limit());
            if (now.size() > entry) {
                wrong.add(name + " has " + now.size() + " (expected: at most " + entry + "): "
                        + now.reason().get());
            } else if (now.size() < entry) {
                wrong.add(name + " has become smaller: lower the entry to " + now.size() + how());
            }
        });
        known.keySet().stream()
                .filter(name -> !found.containsKey(name))
                .forEach(name -> wrong.add(name + " is too large no more: remove the entry" + how()));
        return wrong;
    }

    private String how() {
        return " in " + file + ", or run this test with SIZES=lower in the environment, which does it";
    }

    /** Writes entries that say too much anew. None becomes larger, and none is added. */
    void lower(Map<String, Rooms.TooLarge> found) throws IOException {
        List<String> lines = new ArrayList<>(comments);
        known.forEach((name, entry) -> {
            Rooms.TooLarge now = found.get(name);
            if (now != null) {
                lines.add(name + " = " + Math.min(entry, now.size()));
            }
        });
        Files.write(file, lines);
    }
}
