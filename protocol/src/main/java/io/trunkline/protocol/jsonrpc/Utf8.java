package io.trunkline.protocol.jsonrpc;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A check that bytes are well-formed UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, at most U+10FFFF.
 *
 * <p>The JSON parser decodes more than that, and guesses UTF-16 and UTF-32 from the first bytes, so this goes before
 * it.
 */
public final class Utf8 {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private Utf8() {}

    /** The length of the byte order mark that a text begins with: 3, or 0 when it has none (RFC 3629, section 6). */
    public static int markLength(byte[] text) {
        return text.length >= 3 && text[0] == (byte) 0xef && text[1] == (byte) 0xbb && text[2] == (byte) 0xbf ? 3 : 0;
    }

    /** Whether the bytes {@code from} to {@code to} are well-formed. */
    public static boolean isWellFormed(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            if (i + Long.BYTES <= to && ((long) LONGS.get(bytes, i) & HIGH_BITS) == 0) {
                i += Long.BYTES;
                continue;
            }
            int length = sequence(bytes, i, to);
            if (length == 0) {
                return false;
            }
            i += length;
        }
        return true;
    }

    /** The length of the sequence that starts at {@code i}, or 0 when it is not one. RFC 3629, section 4. */
    private static int sequence(byte[] bytes, int i, int to) {
        int first = bytes[i] & 0xff;
        if (first < 0x80) {
            return 1;
        }
        if (first >= 0xc2 && first <= 0xdf) {
            return i + 2 <= to && isTail(bytes[i + 1]) ? 2 : 0;
        }
        if (first >= 0xe0 && first <= 0xef) {
            if (i + 3 > to || !isTail(bytes[i + 2])) {
                return 0;
            }
            int second = bytes[i + 1] & 0xff;
            int low = first == 0xe0 ? 0xa0 : 0x80;
            int high = first == 0xed ? 0x9f : 0xbf;
            return second >= low && second <= high ? 3 : 0;
        }
        if (first >= 0xf0 && first <= 0xf4) {
            if (i + 4 > to || !isTail(bytes[i + 2]) || !isTail(bytes[i + 3])) {
                return 0;
            }
            int second = bytes[i + 1] & 0xff;
            int low = first == 0xf0 ? 0x90 : 0x80;
            int high = first == 0xf4 ? 0x8f : 0xbf;
            return second >= low && second <= high ? 4 : 0;
        }
        return 0;
    }

    private static boolean isTail(byte b) {
        return (b & 0xc0) == 0x80;
    }
}
