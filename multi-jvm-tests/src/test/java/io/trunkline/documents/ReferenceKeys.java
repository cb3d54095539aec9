package io.trunkline.documents;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings of one reference.conf as they are written there, in their order: what the configuration library keeps
 * of such a file has neither the order nor the names of environment variables.
 */
final class ReferenceKeys {
    private static final Pattern SECTION = Pattern.compile("([\\w.-]+) \\{");
    private static final Pattern KEY = Pattern.compile("([\\w.-]+) = (.*)");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{\\?(\\w+)}");
    private static final Pattern INLINE = Pattern.compile("([\\w.-]+) \\{ (.*) }");

    /**
     * One setting.
     *
     * @param key its path below the file's section
     * @param value as it is written; empty when the role decides
     * @param variable the environment variable that sets it; empty for none
     * @param comment what is said above it
     */
    record Entry(String key, String value, String variable, String comment) {}

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, String> sections = new LinkedHashMap<>();
    private final Deque<String> path = new ArrayDeque<>();
    private final List<String> comment = new ArrayList<>();

    private ReferenceKeys() {}

    /** Reads a file whose sections and keys stand on lines of their own. */
    static ReferenceKeys read(Path file) throws IOException {
        ReferenceKeys keys = new ReferenceKeys();
        for (String line : Files.readAllLines(file)) {
            keys.line(line.strip());
        }
        return keys;
    }

    /** Each setting, those of dispatchers left out, which are Pekko's, and the role's own defaults. */
    List<Entry> entries() {
        return entries.values().stream()
                .filter(one -> !one.key().contains("-dispatcher.") && !one.key().startsWith("defaults."))
                .toList();
    }

    /** The default of a role, when the key itself has none; empty when there is none. */
    String ofRole(String role, String key) {
        Entry entry = entries.get("defaults." + role + "." + key);
        return entry == null ? "" : entry.value();
    }

    /** What is said above a section; empty for nothing. */
    String about(String section) {
        return sections.getOrDefault(section, "");
    }

    private void line(String line) {
        Matcher inline = INLINE.matcher(line);
        Matcher section = SECTION.matcher(line);
        Matcher key = KEY.matcher(line);
        if (line.startsWith("#")) {
            comment.add(line.substring(1).strip());
        } else if (inline.matches()) {
            for (String pair : inline.group(2).split(", ", -1)) {
                Matcher one = KEY.matcher(pair);
                if (one.matches()) {
                    put(inline.group(1) + "." + one.group(1), one.group(2));
                }
            }
        } else if (section.matches()) {
            path.addLast(section.group(1));
            sections.put(below(""), said());
        } else if (line.equals("}")) {
            path.removeLast();
        } else if (key.matches()) {
            put(key.group(1), key.group(2));
        } else if (line.isEmpty()) {
            comment.clear();
        } else {
            throw new IllegalStateException("neither section nor key: " + line);
        }
    }

    private void put(String name, String value) {
        String key = below(name);
        Matcher variable = VARIABLE.matcher(value);
        Entry known = entries.get(key);
        if (!variable.matches()) {
            entries.put(key, new Entry(key, value, "", said()));
        } else if (known == null) {
            entries.put(key, new Entry(key, "", variable.group(1), said()));
        } else {
            entries.put(key, new Entry(key, known.value(), variable.group(1), known.comment()));
        }
    }

    /** The path of {@code name} below the file's own section, which is the first of the path. */
    private String below(String name) {
        List<String> names = new ArrayList<>(path).subList(1, path.size());
        List<String> all = new ArrayList<>(names);
        if (!name.isEmpty()) {
            all.add(name);
        }
        return String.join(".", all);
    }

    private String said() {
        String said = String.join(" ", comment);
        comment.clear();
        return said;
    }
}
