package io.trunkline.protocol.jsonrpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** Strings as they are written in valid JSON. */
final class JsonString {
    private JsonString() {}

    /** What is meant by the bytes between two quotation marks. */
    static String plain(byte[] text, int from, int to) {
        int run = unescaped(text, from, to);
        String begin = new String(text, from, run - from, UTF_8);
        if (run == to) {
            return begin;
        }
        StringBuilder plain = new StringBuilder(to - from).append(begin);
        for (int i = run; i < to; i = run) {
            byte what = text[i + 1];
            plain.append(
                    switch (what) {
                        case 'b' -> '\b';
                        case 'f' -> '\f';
                        case 'n' -> '\n';
                        case 'r' -> '\r';
                        case 't' -> '\t';
                        case 'u' -> (char) Integer.parseInt(new String(text, i + 2, 4, UTF_8), 16);
                        default -> (char) what;
                    });
            i += what == 'u' ? 6 : 2;
            run = unescaped(text, i, to);
            plain.append(new String(text, i, run - i, UTF_8));
        }
        return plain.toString();
    }

    /** Where the first escape begins, or the end. */
    private static int unescaped(byte[] text, int from, int to) {
        int i = from;
        while (i < to && text[i] != '\\') {
            i++;
        }
        return i;
    }

    /** Whether the strings that begin at these quotation marks mean the same. */
    static boolean same(byte[] text, int one, int other) {
        int oneEnd = end(text, one);
        int otherEnd = end(text, other);
        return Arrays.equals(text, one, oneEnd, text, other, otherEnd)
                || plain(text, one + 1, oneEnd).equals(plain(text, other + 1, otherEnd));
    }

    private static int end(byte[] text, int quotationMark) {
        int i = quotationMark + 1;
        while (text[i] != '"') {
            i += text[i] == '\\' ? 2 : 1;
        }
        return i;
    }
}
