package io.trunkline.architecture;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Who refers to whom, and how often: a graph of classes, where nested ones count as the class of their file, or of
 * packages. Immutable.
 */
final class References {
    private final NavigableMap<String, NavigableMap<String, Integer>> targets;

    /**
     * That one refers to another.
     *
     * @param references how often
     * @param left the size of the largest knot without this reference; 1 when there is none
     */
    record Arrow(String from, String to, int references, int left) {}

    private References(NavigableMap<String, NavigableMap<String, Integer>> targets) {
        this.targets = targets;
    }

    /** The references between these classes. */
    static References between(Iterable<JavaClass> classes) {
        NavigableMap<String, NavigableMap<String, Integer>> targets = new TreeMap<>();
        classes.forEach(type -> {
            if (!type.getSimpleName().equals("package-info")) {
                targets.computeIfAbsent(file(type), name -> new TreeMap<>());
            }
        });
        for (JavaClass type : classes) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                String from = file(type);
                String to = file(dependency.getTargetClass().getBaseComponentType());
                if (!from.equals(to) && targets.containsKey(from) && targets.containsKey(to)) {
                    targets.get(from).merge(to, 1, Integer::sum);
                }
            }
        }
        return new References(targets);
    }

    private static String file(JavaClass type) {
        int nested = type.getName().indexOf('$');
        return nested < 0 ? type.getName() : type.getName().substring(0, nested);
    }

    static String packageOf(String type) {
        return type.substring(0, type.lastIndexOf('.'));
    }

    /** What there is. */
    NavigableSet<String> names() {
        return new TreeSet<>(targets.keySet());
    }

    /** The same references between groups of what there is. */
    References grouped(Function<String, String> group) {
        NavigableMap<String, NavigableMap<String, Integer>> grouped = new TreeMap<>();
        targets.forEach((from, all) -> {
            NavigableMap<String, Integer> own = grouped.computeIfAbsent(group.apply(from), name -> new TreeMap<>());
            all.forEach((to, count) -> {
                if (!group.apply(to).equals(group.apply(from))) {
                    own.merge(group.apply(to), count, Integer::sum);
                }
            });
        });
        return new References(grouped);
    }

    /** What is left of it with these names alone. */
    References only(Predicate<String> names) {
        NavigableMap<String, NavigableMap<String, Integer>> left = new TreeMap<>();
        targets.forEach((from, all) -> {
            if (names.test(from)) {
                NavigableMap<String, Integer> own = new TreeMap<>(all);
                own.keySet().removeIf(to -> !names.test(to));
                left.put(from, own);
            }
        });
        return new References(left);
    }

    private References without(String from, String to) {
        NavigableMap<String, NavigableMap<String, Integer>> left = new TreeMap<>(targets);
        NavigableMap<String, Integer> own = new TreeMap<>(Objects.requireNonNull(targets.get(from)));
        own.remove(to);
        left.put(from, own);
        return new References(left);
    }

    /** Sets of names that all reach each other, the largest first. */
    List<NavigableSet<String>> knots() {
        return new Search().knots();
    }

    private int largestKnot() {
        List<NavigableSet<String>> knots = knots();
        return knots.isEmpty() ? 1 : knots.get(0).size();
    }

    /** Every reference. */
    List<Arrow> arrows() {
        List<Arrow> arrows = new ArrayList<>();
        targets.forEach((from, all) -> all.forEach((to, count) ->
                arrows.add(new Arrow(from, to, count, without(from, to).largestKnot()))));
        return arrows;
    }

    /**
     * The references within a knot, first those that leave the smallest knot when they are cut, of these the fewest.
     */
    List<Arrow> cuts(NavigableSet<String> knot) {
        List<Arrow> arrows = only(knot::contains).arrows();
        arrows.sort(Comparator.comparingInt(Arrow::left).thenComparingInt(Arrow::references));
        return arrows;
    }

    /** Tarjan's search for strongly connected components. */
    private final class Search {
        private final Map<String, Integer> number = new HashMap<>();
        private final Map<String, Integer> lowest = new HashMap<>();
        private final Deque<String> open = new ArrayDeque<>();
        private final List<NavigableSet<String>> found = new ArrayList<>();

        List<NavigableSet<String>> knots() {
            for (String name : targets.keySet()) {
                if (!number.containsKey(name)) {
                    visit(name);
                }
            }
            found.sort(Comparator.<NavigableSet<String>>comparingInt(NavigableSet::size)
                    .reversed()
                    .thenComparing(NavigableSet::first));
            return found;
        }

        private void visit(String name) {
            int own = number.size();
            number.put(name, own);
            lowest.put(name, own);
            open.push(name);
            for (String to : Objects.requireNonNull(targets.get(name)).keySet()) {
                if (!number.containsKey(to)) {
                    visit(to);
                    lowest.merge(name, Objects.requireNonNull(lowest.get(to)), Math::min);
                } else if (open.contains(to)) {
                    lowest.merge(name, Objects.requireNonNull(number.get(to)), Math::min);
                }
            }
            if (Objects.requireNonNull(lowest.get(name)) == own) {
                NavigableSet<String> component = new TreeSet<>();
                String member;
                do {
                    member = open.pop();
                    component.add(member);
                } while (!member.equals(name));
                if (component.size() > 1) {
                    found.add(component);
                }
            }
        }
    }
}
