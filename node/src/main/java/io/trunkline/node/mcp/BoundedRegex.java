package io.trunkline.node.mcp;

import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import java.util.regex.Pattern;

/**
 * The JDK's regular expressions, with a bound on the time that they take: an author chooses the pattern and a client the text,
 * and there are pairs that would take for ever. Counts the characters that are read. Thread-safe.
 */
final class BoundedRegex implements RegularExpressionFactory {

    /** Characters that all patterns of one value may read beside the lengths of its texts: some milliseconds. */
    private static final int CHARACTERS = 1_000_000;

    /** How often a pattern may read each character of its text. */
    private static final int PASSES = 4;

    private static final ThreadLocal<Budget> LEFT = ThreadLocal.withInitial(Budget::new);

    /** Characters that may still be read. */
    private static final class Budget {
        long characters;
    }

    /** A pattern has read too much. */
    static final class TooSlowException extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooSlowException() {
            super("a pattern that takes too long", null, false, false);
        }
    }

    /** The patterns that this thread tries from now on are those of one value. */
    static void begin() {
        LEFT.get().characters = CHARACTERS;
    }

    @Override
    public RegularExpression getRegularExpression(String regex) {
        Pattern pattern = Pattern.compile(regex);
        return text -> {
            Budget left = LEFT.get();
            left.characters += (long) PASSES * text.length();
            return pattern.matcher(new Counted(text, left)).find();
        };
    }

    /** A text that counts how much of it is read. */
    private record Counted(CharSequence text, Budget left) implements CharSequence {

        @Override
        public char charAt(int index) {
            if (--left.characters < 0) {
                throw new TooSlowException();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text.subSequence(start, end), left);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
