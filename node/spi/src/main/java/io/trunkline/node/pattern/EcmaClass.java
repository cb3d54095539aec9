package io.trunkline.node.pattern;

import io.trunkline.node.pattern.EcmaEscape.Meaning;

/** A class in brackets. */
final class EcmaClass {

    private EcmaClass() {}

    /**
     * Reads a class whose opening bracket has been taken, and gives it as the JDK's.
     *
     * @throws IllegalArgumentException when it is not one
     */
    static String read(Cursor source) {
        boolean negated = source.take("^");
        StringBuilder members = new StringBuilder();
        while (!source.take("]")) {
            Meaning first = member(source);
            boolean range = source.peek() == '-' && source.match("-(?!\\])") != null;
            if (!range) {
                append(members, first);
                continue;
            }
            Meaning second = member(source);
            if (first.isClass() || second.isClass()) {
                // Not a range but its parts, as browsers read it.
                append(members, first);
                members.append(EcmaClasses.literal('-'));
                append(members, second);
            } else if (second.character() < first.character()) {
                throw new IllegalArgumentException("a range whose ends are out of order");
            } else {
                members.append(first.members()).append('-').append(second.members());
            }
        }
        if (members.isEmpty()) {
            return negated ? "[" + EcmaClasses.ANY + "]" : "(?!)";
        }
        return (negated ? "[^" : "[") + members + "]";
    }

    private static void append(StringBuilder members, Meaning meaning) {
        members.append(meaning.members());
    }

    private static Meaning member(Cursor source) {
        int c = source.next();
        if (c != '\\') {
            return new Meaning(EcmaClasses.literal(c), c);
        }
        if (source.take("b")) {
            return new Meaning(EcmaClasses.literal('\b'), '\b');
        }
        return EcmaEscape.read(source);
    }
}
