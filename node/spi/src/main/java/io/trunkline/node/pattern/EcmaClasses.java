package io.trunkline.node.pattern;

import java.util.Locale;

/**
 * Sets of characters that ECMA-262 (sections 12.2, 12.3 and 22.2.2.9) means and the JDK does not, in the JDK's syntax.
 */
final class EcmaClasses {

    static final String ANY = "\\x{0}-\\x{10FFFF}";
    static final String DIGIT = "0-9";
    static final String WORD = "a-zA-Z0-9_";
    static final String LINE_ENDS = "\\n\\r\\x{2028}\\x{2029}";
    static final String SPACE =
            "\\t\\n\\x{B}\\f\\r\\x{20}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}"
                    + "\\x{3000}\\x{FEFF}";

    private EcmaClasses() {}

    /** Everything else. */
    static String not(String members) {
        return "[^" + members + "]";
    }

    /** Whether it is a letter or digit of ASCII: those mean themselves everywhere, and others behind a backslash. */
    static boolean isPlain(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    /** One character, which means itself in a class and outside. */
    static String literal(int c) {
        return isPlain(c)
                ? Character.toString(c)
                : "\\x{" + Integer.toHexString(c).toUpperCase(Locale.ROOT) + "}";
    }
}
