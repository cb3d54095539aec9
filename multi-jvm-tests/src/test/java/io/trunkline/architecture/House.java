package io.trunkline.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The sizes of the product's main code, as a table: classes, packages, knots, settings and lines. */
final class House {
    private static final int LONG_CLASS = 300;
    private static final int LONG_LINE = 120;
    private static final int SHOWN = 5;
    private static final Pattern SETTING = Pattern.compile("\\s*([\\w.-]+)\\s*(\\{|=|:|}|$).*");

    private final Rooms rooms;
    private final List<Source> sources;
    private final NavigableSet<String> settings = new TreeSet<>();

    private record Source(String name, List<String> lines) {}

    /**
     * Reads the sources of the product.
     *
     * @param root the directory with its modules
     */
    House(Rooms rooms, Path root) throws IOException {
        this.rooms = rooms;
        List<Source> found = new ArrayList<>();
        for (String module : List.of("protocol", "node", "balancer")) {
            for (Path file : filesOf(root.resolve(module))) {
                String name = String.valueOf(file.getFileName());
                if (name.equals("reference.conf")) {
                    readSettings(Files.readAllLines(file));
                } else if (name.endsWith(".java") && !name.equals("package-info.java")) {
                    found.add(new Source(name.replace(".java", ""), Files.readAllLines(file)));
                }
            }
        }
        found.sort(Comparator.comparingInt(source -> source.lines().size()));
        sources = found;
    }

    private static List<Path> filesOf(Path module) throws IOException {
        try (Stream<Path> files = Files.walk(module)) {
            return files.filter(file -> file.toString().contains("/src/main/")).toList();
        }
    }

    private void readSettings(List<String> lines) {
        Deque<String> sections = new ArrayDeque<>();
        for (String line : lines) {
            Matcher setting = SETTING.matcher(line);
            if (line.strip().startsWith("}")) {
                sections.removeLast();
            } else if (setting.matches() && "{".equals(setting.group(2))) {
                sections.addLast(Objects.requireNonNull(setting.group(1)));
            } else if (setting.matches() && "=".equals(setting.group(2))) {
                settings.add(String.join(".", sections) + "." + setting.group(1));
            }
        }
    }

    /** The table, a line for each size. */
    String table() {
        return String.join(
                "\n",
                "| what | size |",
                "|---|--:|",
                row("classes", sources.size()),
                row("classes: median / p90 / longest, lines", lines(0.5) + " / " + lines(0.9) + " / " + longest()),
                row(
                        "classes over " + LONG_CLASS + " lines",
                        sources.stream().filter(House::isLong).count()),
                row("packages", rooms.sizes().size()),
                row("largest packages, classes", largestPackages()),
                row("largest knots, classes", largestKnots()),
                row("settings", settings.size()),
                row("lines of main code", allLines().count()),
                row(
                        "lines over " + LONG_LINE + " characters",
                        allLines().filter(line -> line.length() > LONG_LINE).count()),
                "");
    }

    private static String row(String what, Object size) {
        return "| " + what + " | " + size + " |";
    }

    private static boolean isLong(Source source) {
        return source.lines().size() > LONG_CLASS;
    }

    private Stream<String> allLines() {
        return sources.stream().flatMap(source -> source.lines().stream());
    }

    private int lines(double quantile) {
        return sources.get((int) (sources.size() * quantile)).lines().size();
    }

    private String longest() {
        Source longest = sources.get(sources.size() - 1);
        return longest.lines().size() + " (" + longest.name() + ")";
    }

    private String largestPackages() {
        return rooms.sizes().entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(SHOWN)
                .map(room -> room.getValue() + " (" + room.getKey() + ")")
                .collect(Collectors.joining(", "));
    }

    private String largestKnots() {
        return rooms.knots().stream()
                .limit(SHOWN)
                .map(knot -> String.valueOf(knot.size()))
                .collect(Collectors.joining(", "));
    }
}
