package io.trunkline.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The packages of some classes and what is too large in them: packages, knots of classes within a package, and knots of
 * packages. Nested classes count as one with the class around them.
 */
final class Rooms {
    /** The most classes of a package. */
    static final int MOST_CLASSES = 25;

    /** The most classes of a knot within a package. */
    static final int LARGEST_KNOT = 5;

    private static final int CUTS = 3;

    private final References classes;
    private final References packages;
    private final NavigableMap<String, TooLarge> tooLarge = new TreeMap<>();

    /**
     * A size beyond its limit.
     *
     * @param size how many classes a package has, how many classes of a package are in knots that are too large, or
     *     how many packages are in knots
     * @param limit the size that is allowed
     * @param reason what the classes are, and what can be done
     */
    record TooLarge(int size, int limit, Supplier<String> reason) {}

    /**
     * Looks at these classes.
     *
     * @param withoutLimit packages that may have any number of classes
     */
    Rooms(Iterable<JavaClass> all, Set<String> withoutLimit) {
        classes = References.between(all);
        packages = classes.grouped(References::packageOf);
        sizes().forEach((room, size) -> {
            if (size > MOST_CLASSES && !withoutLimit.contains(room)) {
                tooLarge.put(
                        "package " + room,
                        new TooLarge(size, MOST_CLASSES, () -> "move classes to packages of their own"));
            }
            knotsWithin(room);
        });
        knotsOfPackages();
    }

    /** What is too large, by its name: {@code package NAME}, {@code knot PACKAGE} or {@code packages}. */
    NavigableMap<String, TooLarge> tooLarge() {
        return tooLarge;
    }

    /** The number of classes of each package. */
    NavigableMap<String, Integer> sizes() {
        return classes.names().stream()
                .collect(Collectors.groupingBy(References::packageOf, TreeMap::new, Collectors.summingInt(name -> 1)));
    }

    /** The knots of classes, within a package and across, the largest first. */
    List<NavigableSet<String>> knots() {
        return classes.knots();
    }

    private void knotsWithin(String room) {
        References own = classes.only(name -> References.packageOf(name).equals(room));
        List<NavigableSet<String>> knots =
                own.knots().stream().filter(knot -> knot.size() > LARGEST_KNOT).toList();
        if (!knots.isEmpty()) {
            Function<String, String> shortly = name -> name.substring(room.length() + 1);
            tooLarge.put(
                    "knot " + room,
                    new TooLarge(sum(knots), LARGEST_KNOT, () -> told(own, knots, "classes", shortly, arrow -> "")));
        }
    }

    private void knotsOfPackages() {
        List<NavigableSet<String>> knots = packages.knots();
        if (!knots.isEmpty()) {
            tooLarge.put(
                    "packages",
                    new TooLarge(
                            sum(knots), 0, () -> told(packages, knots, "packages", name -> name, this::classesOf)));
        }
    }

    private static int sum(List<NavigableSet<String>> knots) {
        return knots.stream().mapToInt(NavigableSet::size).sum();
    }

    private static String told(
            References among,
            List<NavigableSet<String>> knots,
            String what,
            Function<String, String> shortly,
            Function<References.Arrow, String> details) {
        StringBuilder text = new StringBuilder();
        for (NavigableSet<String> knot : knots) {
            String members = knot.stream().map(shortly).collect(Collectors.joining(", "));
            text.append("\n  " + knot.size() + " " + what + " all reach each other: " + members);
            among.cuts(knot).stream()
                    .limit(CUTS)
                    .forEach(arrow -> text.append("\n    cut " + shortly.apply(arrow.from()) + " -> "
                            + shortly.apply(arrow.to()) + " (references: " + arrow.references()
                            + "; the largest knot that is left: " + arrow.left() + ")" + details.apply(arrow)));
        }
        return text.toString();
    }

    /** The references between classes that make one between packages. */
    private String classesOf(References.Arrow arrow) {
        return classes
                .only(name -> Set.of(arrow.from(), arrow.to()).contains(References.packageOf(name)))
                .arrows()
                .stream()
                .filter(reference -> References.packageOf(reference.from()).equals(arrow.from()))
                .filter(reference -> References.packageOf(reference.to()).equals(arrow.to()))
                .map(reference -> "\n      " + reference.from() + " -> " + reference.to())
                .collect(Collectors.joining());
    }
}
