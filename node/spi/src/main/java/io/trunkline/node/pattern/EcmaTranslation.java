package io.trunkline.node.pattern;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * One pattern of ECMA-262 on its way to the JDK's syntax. Every character of the outcome is written by this class:
 * nothing of the source is passed on unread, because much of it means something else to the JDK. Used once.
 */
final class EcmaTranslation {

    /** Groups in each other: the JDK's compiler recurses. */
    private static final int MAX_DEPTH = 250;

    private static final int MAX_LENGTH = 65_536;

    private static final String WORD = "[" + EcmaClasses.WORD + "]";
    private static final String BOUNDARY = "(?:(?<=" + WORD + ")(?!" + WORD + ")|(?<!" + WORD + ")(?=" + WORD + "))";
    private static final String NO_BOUNDARY = "(?:(?<=" + WORD + ")(?=" + WORD + ")|(?<!" + WORD + ")(?!" + WORD + "))";
    private static final String LINE_END = "[" + EcmaClasses.LINE_ENDS + "]";

    /** What stands before a quantifier. */
    private enum Last {
        NOTHING,
        ATOM,
        ASSERTION
    }

    /**
     * A group that is open.
     *
     * @param close what ends it
     * @param number of a capturing group, or 0
     */
    private record Open(String close, int number, boolean dotAll, boolean multiline, Last after) {}

    private final Cursor source;
    private final EcmaGroups groups;
    private final StringBuilder out = new StringBuilder();
    private final Deque<Open> open = new ArrayDeque<>();
    private int opened;
    private boolean dotAll;
    private boolean multiline;
    private Last last = Last.NOTHING;

    EcmaTranslation(String source) {
        if (source.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    source.length() + " characters long (expected: at most " + MAX_LENGTH + ")");
        }
        this.source = new Cursor(source);
        this.groups = EcmaGroups.of(source);
    }

    /**
     * The pattern for the JDK.
     *
     * @throws IllegalArgumentException when it is not one of ECMA-262
     */
    String translate() {
        while (source.more()) {
            int c = source.next();
            switch (c) {
                case '|' -> emit("|", Last.NOTHING);
                case '^' -> emit(multiline ? "(?:\\A|(?<=" + LINE_END + "))" : "\\A", Last.ASSERTION);
                case '$' -> emit(multiline ? "(?:\\z|(?=" + LINE_END + "))" : "\\z", Last.ASSERTION);
                case '.' -> emit(dotAll ? "[" + EcmaClasses.ANY + "]" : "[^" + EcmaClasses.LINE_ENDS + "]", Last.ATOM);
                case '(' -> open();
                case ')' -> close();
                case '[' -> emit(EcmaClass.read(source), Last.ATOM);
                case '\\' -> escape();
                case '*', '+', '?' -> quantify(Character.toString(c));
                case '{' -> brace();
                default -> emit(EcmaClasses.literal(c), Last.ATOM);
            }
        }
        if (!open.isEmpty()) {
            throw new IllegalArgumentException("a group that is not closed");
        }
        return out.toString();
    }

    private void emit(String text, Last kind) {
        out.append(text);
        last = kind;
    }

    private void open() {
        if (open.size() >= MAX_DEPTH) {
            throw new IllegalArgumentException("groups nested too deep (expected: at most " + MAX_DEPTH + ")");
        }
        if (!source.take("?")) {
            openCapturing();
        } else if (source.take(":")) {
            push("(?:", ")", 0, Last.ATOM);
        } else if (source.take("=")) {
            push("(?=", ")", 0, Last.ATOM);
        } else if (source.take("!")) {
            push("(?!", ")", 0, Last.ATOM);
        } else if (source.take("<=")) {
            push("(?<=", ")", 0, Last.ASSERTION);
        } else if (source.take("<!")) {
            push("(?<!", ")", 0, Last.ASSERTION);
        } else if (source.take("<")) {
            source.until('>');
            openCapturing();
        } else {
            String flags = source.match("[ims-]*:");
            if (flags == null) {
                throw new IllegalArgumentException("a group that begins with (?" + Character.toString(source.next()));
            }
            openWithFlags(flags.substring(0, flags.length() - 1));
        }
    }

    /** An empty group before one that is referred to tells whether it took part. */
    private void openCapturing() {
        opened++;
        if (groups.marked(opened)) {
            push("(?:()(", "))", opened, Last.ATOM);
        } else {
            push("(", ")", opened, Last.ATOM);
        }
    }

    private void openWithFlags(String flags) {
        if (!flags.matches("(?!-?$)[ims]{0,3}(-[ims]{0,3})?")
                || flags.replace("-", "").chars().distinct().count()
                        != flags.replace("-", "").length()) {
            throw new IllegalArgumentException("(?" + flags + " is no group");
        }
        int minus = flags.indexOf('-');
        String on = minus < 0 ? flags : flags.substring(0, minus);
        String off = minus < 0 ? "" : flags.substring(minus + 1);
        push(on.contains("i") ? "(?iu:" : off.contains("i") ? "(?-iu:" : "(?:", ")", 0, Last.ATOM);
        dotAll = on.contains("s") || (dotAll && !off.contains("s"));
        multiline = on.contains("m") || (multiline && !off.contains("m"));
    }

    private void push(String text, String close, int number, Last after) {
        open.push(new Open(close, number, dotAll, multiline, after));
        emit(text, Last.NOTHING);
    }

    private void close() {
        if (open.isEmpty()) {
            throw new IllegalArgumentException("a closing parenthesis without its group");
        }
        Open group = open.pop();
        dotAll = group.dotAll();
        multiline = group.multiline();
        emit(group.close(), group.after());
    }

    private void escape() {
        if (source.take("b")) {
            emit(BOUNDARY, Last.ASSERTION);
        } else if (source.take("B")) {
            emit(NO_BOUNDARY, Last.ASSERTION);
        } else if (source.take("k")) {
            if (!source.take("<")) {
                throw new IllegalArgumentException("\\k without a name");
            }
            refer(groups.named(source.until('>')));
        } else if (source.peek() >= '1' && source.peek() <= '9') {
            int number = source.number();
            if (number > groups.count()) {
                throw new IllegalArgumentException("\\" + number + " refers to a group that there is not");
            }
            refer(List.of(number));
        } else {
            EcmaEscape.Meaning meaning = EcmaEscape.read(source);
            emit(meaning.isClass() ? "[" + meaning.members() + "]" : meaning.members(), Last.ATOM);
        }
    }

    /** A group that has not ended yet, or took no part, is empty. */
    private void refer(List<Integer> numbers) {
        out.append("(?:");
        for (int number : numbers) {
            boolean inside = open.stream().anyMatch(group -> group.number() == number);
            if (number <= opened && !inside) {
                int own = groups.target(number);
                out.append("(?:\\").append(own).append("|(?!\\").append(own - 1).append("))");
            }
        }
        emit(")", Last.ATOM);
    }

    private void brace() {
        String bounds = source.match("[0-9]+(,[0-9]*)?\\}");
        if (bounds != null) {
            String[] ends = bounds.substring(0, bounds.length() - 1).split(",", -1);
            int least = bound(ends[0]);
            if (ends.length == 1) {
                quantify("{" + least + "}");
            } else if (ends[1].isEmpty()) {
                quantify("{" + least + ",}");
            } else if (bound(ends[1]) < least) {
                throw new IllegalArgumentException("{" + bounds + " has its bounds out of order");
            } else {
                quantify("{" + least + "," + bound(ends[1]) + "}");
            }
        } else if (source.match(",[0-9]+\\}") != null) {
            // Some other languages mean "at most" by it; a literal would be a surprise.
            throw new IllegalArgumentException("a quantifier without its lower bound");
        } else {
            emit(EcmaClasses.literal('{'), Last.ATOM);
        }
    }

    /** No text is longer than the greatest int. */
    private static int bound(String digits) {
        String number = digits.replaceFirst("^0+(?=.)", "");
        return number.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(number);
    }

    private void quantify(String quantifier) {
        if (last != Last.ATOM) {
            throw new IllegalArgumentException(quantifier + " has nothing to repeat");
        }
        emit(source.take("?") ? quantifier + "?" : quantifier, Last.NOTHING);
    }
}
