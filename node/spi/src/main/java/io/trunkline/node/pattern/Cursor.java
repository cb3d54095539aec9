package io.trunkline.node.pattern;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A place in the source of a pattern. Confined to one thread. */
final class Cursor {

    private final String text;
    private int at;

    Cursor(String text) {
        this.text = text;
    }

    boolean more() {
        return at < text.length();
    }

    /** The next code point, or -1 at the end. */
    int peek() {
        return more() ? text.codePointAt(at) : -1;
    }

    /**
     * The next code point, which is taken.
     *
     * @throws IllegalArgumentException at the end
     */
    int next() {
        if (!more()) {
            throw new IllegalArgumentException("ends too early");
        }
        int c = text.codePointAt(at);
        at += Character.charCount(c);
        return c;
    }

    /** Takes a text if it comes next. */
    boolean take(String expected) {
        boolean here = text.startsWith(expected, at);
        if (here) {
            at += expected.length();
        }
        return here;
    }

    /** Takes what fits next, or nothing. */
    @Nullable
    String match(String regex) {
        Matcher matcher = Pattern.compile(regex).matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            return null;
        }
        at = matcher.end();
        return matcher.group();
    }

    /**
     * Takes everything up to an end, and the end.
     *
     * @throws IllegalArgumentException when there is none
     */
    String until(char end) {
        int found = text.indexOf(end, at);
        if (found < 0) {
            throw new IllegalArgumentException("ends too early (expected: " + end + ")");
        }
        String part = text.substring(at, found);
        at = found + 1;
        return part;
    }

    /** Takes a decimal number; one that is too large becomes the greatest. */
    int number() {
        String digits = match("[0-9]+");
        if (digits == null) {
            throw new IllegalArgumentException("no number where one is expected");
        }
        return digits.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(digits);
    }

    /**
     * Takes a number of hexadecimal digits.
     *
     * @throws IllegalArgumentException when others come
     */
    int hex(int digits) {
        String found = match("[0-9A-Fa-f]{" + digits + "}");
        if (found == null) {
            throw new IllegalArgumentException("an escape without its " + digits + " hexadecimal digits");
        }
        return Integer.parseInt(found, 16);
    }
}
