package io.trunkline.node.pattern;

/**
 * The bound on the work of patterns: an author chooses the pattern and a client the text, and there are pairs that
 * would take for ever. Counts the characters that are read. Confined to one thread.
 */
public final class PatternWork {

    /** Characters that all patterns of one value may read beside the lengths of its texts: some milliseconds. */
    private static final int CHARACTERS = 1_000_000;

    /** How often a pattern may read each character of its text. */
    private static final int PASSES = 4;

    private long left = CHARACTERS;

    /** A pattern has read too much. */
    public static final class ExceededException extends RuntimeException {
        private static final long serialVersionUID = 1;

        ExceededException() {
            super("a pattern that takes too long", null, false, false);
        }
    }

    /** The patterns that are tried from now on are those of another value. */
    public void begin() {
        left = CHARACTERS;
    }

    CharSequence counted(String text) {
        left += (long) PASSES * text.length();
        return new Counted(text, this);
    }

    private record Counted(CharSequence text, PatternWork work) implements CharSequence {

        @Override
        public char charAt(int index) {
            if (--work.left < 0) {
                throw new ExceededException();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text.subSequence(start, end), work);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
