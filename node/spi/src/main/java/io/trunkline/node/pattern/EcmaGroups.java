package io.trunkline.node.pattern;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The capturing groups of a pattern and who refers to them, found before it is translated: references may come first,
 * and names become numbers. Immutable after {@link #of}.
 */
final class EcmaGroups {

    private static final String NAME = "[\\p{javaUnicodeIdentifierStart}$_][\\p{javaUnicodeIdentifierPart}$]*";

    private final Map<String, List<Integer>> names = new HashMap<>();
    private final TreeSet<Integer> marked = new TreeSet<>();
    private final List<String> namesReferredTo = new ArrayList<>();
    private int count;

    private EcmaGroups() {}

    static EcmaGroups of(String source) {
        EcmaGroups groups = new EcmaGroups();
        groups.scan(new Cursor(source));
        for (String name : groups.namesReferredTo) {
            groups.marked.addAll(groups.named(name));
        }
        return groups;
    }

    private void scan(Cursor at) {
        boolean inClass = false;
        while (at.more()) {
            int c = at.next();
            if (c == '\\') {
                escape(at);
            } else if (inClass) {
                inClass = c != ']';
            } else if (c == '[') {
                inClass = true;
            } else if (c == '(') {
                open(at);
            }
        }
    }

    private void escape(Cursor at) {
        if (at.take("k<")) {
            String name = at.match("[^>]*(?=>)");
            if (name != null) {
                namesReferredTo.add(name);
            }
        } else if (at.peek() >= '1' && at.peek() <= '9') {
            marked.add(at.number());
        } else if (at.more()) {
            at.next();
        }
    }

    private void open(Cursor at) {
        if (!at.take("?")) {
            count++;
        } else if (at.match("<(?![=!])") != null) {
            count++;
            String name = at.until('>');
            if (!name.matches(NAME)) {
                throw new IllegalArgumentException(name + " is no name of a group");
            }
            names.computeIfAbsent(name, unused -> new ArrayList<>()).add(count);
        }
    }

    int count() {
        return count;
    }

    /** Whether something refers to this group. */
    boolean marked(int number) {
        return marked.contains(number);
    }

    /**
     * The groups of a name: several when they stand in different alternatives.
     *
     * @throws IllegalArgumentException when there is none
     */
    List<Integer> named(String name) {
        List<Integer> found = names.get(name);
        if (found == null) {
            throw new IllegalArgumentException("\\k<" + name + "> refers to a group that there is not");
        }
        return found;
    }

    /** The number of a group in the translation: each that is referred to has an empty one right before it. */
    int target(int number) {
        return number + marked.headSet(number, true).size();
    }
}
