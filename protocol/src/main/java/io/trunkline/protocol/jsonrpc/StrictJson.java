package io.trunkline.protocol.jsonrpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * Goes through a JSON text in well-formed UTF-8 once, value by value, and proves what it passes to be strict (RFC
 * 8259): no name twice in one object, everything within {@link JsonLimits}. Keeps nothing of what it has passed but a
 * number for each name of the objects around it, so that a large text costs time but hardly memory.
 */
final class StrictJson {
    private final byte[] text;
    private final int begin;
    private final int end;
    private final JsonLimits limits;
    private final MemberNames names;
    private int at;
    private int tokens;
    private int depth;
    /** For each nested value whether it is an object. */
    private boolean[] objects = new boolean[8];
    /** Whether nothing of the innermost object or array has been passed. */
    private boolean fresh;

    private int from;
    private int to;
    private boolean escaped;

    /** Why the text cannot be read. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        /** A sentence that may be sent to the client. */
        final String problem;

        Unreadable(String what, int at) {
            super("", null, false, false);
            problem = "The message " + what + " (byte " + at + ")";
        }
    }

    StrictJson(byte[] text, int begin, int end, JsonLimits limits) {
        this.text = text;
        this.begin = begin;
        this.end = end;
        this.limits = limits;
        this.names = new MemberNames(text);
        this.at = begin;
    }

    // --- where it is

    /** Offset of the first byte that has not been passed; at a value when there is one to pass. */
    int at() {
        return at;
    }

    /** The next byte that is not blank, or -1 at the end. */
    int first() {
        while (at < end && isBlank(text[at])) {
            at++;
        }
        return at < end ? text[at] & 0xff : -1;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    // --- steps

    /** Goes to the next member of the innermost object, and passes its name; false when the object has ended. */
    boolean nextName() throws Unreadable {
        if (ends('}')) {
            return false;
        }
        if (first() != '"') {
            throw broken();
        }
        int name = at;
        string(limits.maxNameLength());
        token();
        if (!names.add(depth, name, to, escaped)) {
            throw new Unreadable("is not valid JSON", name - begin);
        }
        expect(':');
        first();
        return true;
    }

    /** Goes to the next value of the innermost array; false when the array has ended. */
    boolean nextItem() throws Unreadable {
        if (ends(']')) {
            return false;
        }
        first();
        return true;
    }

    /** Whether the innermost value ends here; else passes the comma before what follows. */
    private boolean ends(char bracket) throws Unreadable {
        if (first() == bracket) {
            at++;
            token();
            if (objects[depth]) {
                names.end(depth);
            }
            depth--;
            fresh = false;
            return true;
        }
        if (!fresh) {
            expect(',');
        }
        fresh = false;
        return false;
    }

    /** Passes a whole value. */
    void skip() throws Unreadable {
        int outside = depth;
        enter();
        while (depth > outside) {
            if (objects[depth] ? nextName() : nextItem()) {
                enter();
            }
        }
    }

    /** Passes the bracket that begins an object or array, or any other value as a whole. */
    void enter() throws Unreadable {
        int first = first();
        token();
        switch (first) {
            case '{', '[' -> open(first == '{');
            case '"' -> string(limits.maxStringLength());
            case 't' -> literal("true");
            case 'f' -> literal("false");
            case 'n' -> literal("null");
            default -> number();
        }
    }

    private void open(boolean object) throws Unreadable {
        at++;
        if (++depth > limits.maxDepth()) {
            throw tooMuch();
        }
        if (depth == objects.length) {
            objects = Arrays.copyOf(objects, 2 * depth);
        }
        objects[depth] = object;
        if (object) {
            names.begin(depth);
        }
        fresh = true;
    }

    private void expect(char expected) throws Unreadable {
        if (first() != expected) {
            throw broken();
        }
        at++;
    }

    private void literal(String word) throws Unreadable {
        for (int i = 0; i < word.length(); i++, at++) {
            if (at == end || text[at] != word.charAt(i)) {
                throw broken();
            }
        }
    }

    /** RFC 8259, section 6. */
    private void number() throws Unreadable {
        int start = at;
        if (has('-')) {
            at++;
        }
        if (has('0')) {
            at++;
        } else {
            digits();
        }
        if (has('.')) {
            at++;
            digits();
        }
        if (has('e') || has('E')) {
            at++;
            if (has('+') || has('-')) {
                at++;
            }
            digits();
        }
        if (at - start > limits.maxNumberLength()) {
            throw tooMuch();
        }
    }

    private void digits() throws Unreadable {
        int start = at;
        while (at < end && text[at] >= '0' && text[at] <= '9') {
            at++;
        }
        if (at == start) {
            throw broken();
        }
    }

    private boolean has(char expected) {
        return at < end && text[at] == expected;
    }

    private void string(int most) throws Unreadable {
        escaped = false;
        from = ++at;
        while (!has('"')) {
            if (at == end || (text[at] >= 0 && text[at] < ' ')) {
                throw broken();
            }
            if (text[at++] == '\\') {
                escaped = true;
                escape();
            }
        }
        to = at++;
        if (to - from > most && text().length() > most) {
            throw tooMuch();
        }
    }

    private void escape() throws Unreadable {
        if (has('u')) {
            for (int i = 0; i < 4; i++) {
                at++;
                if (at == end || Character.digit(text[at], 16) < 0) {
                    throw broken();
                }
            }
        } else if (at == end || "\"\\/bfnrt".indexOf(text[at]) < 0) {
            throw broken();
        }
        at++;
    }

    private void token() throws Unreadable {
        if (++tokens > limits.maxTokens()) {
            throw tooMuch();
        }
    }

    private Unreadable broken() {
        return new Unreadable("is not valid JSON", at - begin);
    }

    private Unreadable tooMuch() {
        return new Unreadable("exceeds a limit", at - begin);
    }

    /** Makes sure that nothing follows. */
    void finish() throws Unreadable {
        if (first() >= 0) {
            throw new Unreadable("goes on after its end", at - begin);
        }
    }

    // --- the string or name that was passed last

    /** Its text. */
    String text() {
        return JsonString.plain(text, from, to);
    }

    /** Whether it is this text, in ASCII. */
    boolean is(String expected) {
        if (escaped) {
            return text().equals(expected);
        }
        if (to - from != expected.length()) {
            return false;
        }
        for (int i = expected.length() - 1; i >= 0; i--) {
            if (text[from + i] != expected.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The one of these that it is, or the empty text. */
    String among(String[] expected) {
        for (String one : expected) {
            if (is(one)) {
                return one;
            }
        }
        return "";
    }

    /** The name of a method. */
    String method() {
        byte[] plain = escaped ? text().getBytes(UTF_8) : text;
        return escaped ? Methods.intern(plain, 0, plain.length) : Methods.intern(text, from, to);
    }
}
