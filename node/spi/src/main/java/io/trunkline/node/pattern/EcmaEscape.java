package io.trunkline.node.pattern;

/** What follows a backslash and means the same in a class and outside. */
final class EcmaEscape {

    /**
     * A character or a set of them.
     *
     * @param members as they stand in a class of the JDK
     * @param character the one, or -1
     */
    record Meaning(String members, int character) {

        boolean isClass() {
            return character < 0;
        }
    }

    private EcmaEscape() {}

    /**
     * Reads an escape whose backslash has been taken.
     *
     * @throws IllegalArgumentException when there is none like it
     */
    static Meaning read(Cursor source) {
        int c = source.next();
        return switch (c) {
            case 'd' -> set(EcmaClasses.DIGIT);
            case 'D' -> set(EcmaClasses.not(EcmaClasses.DIGIT));
            case 'w' -> set(EcmaClasses.WORD);
            case 'W' -> set(EcmaClasses.not(EcmaClasses.WORD));
            case 's' -> set(EcmaClasses.SPACE);
            case 'S' -> set(EcmaClasses.not(EcmaClasses.SPACE));
            case 'p' -> set(property(source));
            case 'P' -> set(EcmaClasses.not(property(source)));
            case 't' -> one('\t');
            case 'n' -> one('\n');
            case 'v' -> one(0x0B);
            case 'f' -> one('\f');
            case 'r' -> one('\r');
            case 'c' -> one(control(source));
            case 'x' -> one(source.hex(2));
            case 'u' -> one(unicode(source));
            case '0' -> one(zero(source));
            default -> one(itself(c));
        };
    }

    private static Meaning set(String members) {
        return new Meaning(members, -1);
    }

    private static Meaning one(int character) {
        return new Meaning(EcmaClasses.literal(character), character);
    }

    private static String property(Cursor source) {
        if (!source.take("{")) {
            throw new IllegalArgumentException("\\p without a property in braces");
        }
        return EcmaProperties.members(source.until('}'));
    }

    private static int control(Cursor source) {
        String letter = source.match("[A-Za-z]");
        if (letter == null) {
            throw new IllegalArgumentException("\\c without a letter");
        }
        return letter.charAt(0) % 32;
    }

    private static int unicode(Cursor source) {
        if (source.take("{")) {
            String digits = source.until('}').replaceFirst("^0+(?=.)", "");
            int c = digits.matches("[0-9A-Fa-f]{1,6}") ? Integer.parseInt(digits, 16) : -1;
            if (!Character.isValidCodePoint(c)) {
                throw new IllegalArgumentException("\\u{" + digits + "} is no character");
            }
            return c;
        }
        int first = source.hex(4);
        if (Character.isHighSurrogate((char) first)) {
            String second = source.match("\\\\u[Dd][C-Fc-f][0-9A-Fa-f]{2}");
            if (second != null) {
                return Character.toCodePoint((char) first, (char) Integer.parseInt(second.substring(2), 16));
            }
        }
        return first;
    }

    private static int zero(Cursor source) {
        if (source.peek() >= '0' && source.peek() <= '9') {
            throw new IllegalArgumentException("an octal escape (expected: \\x and two digits)");
        }
        return 0;
    }

    private static int itself(int c) {
        if (EcmaClasses.isPlain(c)) {
            throw new IllegalArgumentException("\\" + Character.toString(c) + " has no meaning");
        }
        return c;
    }
}
