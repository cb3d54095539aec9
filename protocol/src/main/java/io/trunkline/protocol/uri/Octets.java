package io.trunkline.protocol.uri;

import java.nio.charset.StandardCharsets;

/** The octets of a part of a URI, each in the one way in which it is written (RFC 3986, sections 2.1 to 2.3). */
final class Octets {
    private static final String RESERVED = ":/?#[]@!$&'()*+,;=";
    private static final String HEX = "0123456789ABCDEF";

    private Octets() {}

    static void append(StringBuilder all, String part) {
        for (int i = 0; i < part.length(); ) {
            char c = part.charAt(i);
            int octet = c == '%' ? octet(part, i) : -1;
            if (octet >= 0) {
                if (isUnreserved(octet)) {
                    all.append((char) octet);
                } else {
                    appendEncoded(all, octet);
                }
                i += 3;
            } else if (isUnreserved(c) || RESERVED.indexOf(c) >= 0) {
                all.append(c);
                i++;
            } else {
                i += appendCharacter(all, part, i);
            }
        }
    }

    /** The same for what may be written in capitals as well: only what is no encoding is made small. */
    static void appendLower(StringBuilder all, String part) {
        int from = all.length();
        append(all, part);
        for (int i = from; i < all.length(); i++) {
            char c = all.charAt(i);
            if (c == '%') {
                i += 2;
            } else if (c >= 'A' && c <= 'Z') {
                all.setCharAt(i, (char) (c + ('a' - 'A')));
            }
        }
    }

    /** The octet that is encoded there; -1 when none is. */
    private static int octet(String part, int percent) {
        if (percent + 2 >= part.length()) {
            return -1;
        }
        int high = digit(part.charAt(percent + 1));
        int low = digit(part.charAt(percent + 2));
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    private static int digit(char c) {
        return c < 128 ? Character.digit(c, 16) : -1;
    }

    private static int appendCharacter(StringBuilder all, String part, int at) {
        int point = part.codePointAt(at);
        if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
            // Half of a character has no octets.
            all.append((char) point);
            return 1;
        }
        for (byte octet : Character.toString(point).getBytes(StandardCharsets.UTF_8)) {
            appendEncoded(all, octet & 0xFF);
        }
        return Character.charCount(point);
    }

    private static void appendEncoded(StringBuilder all, int octet) {
        all.append('%').append(HEX.charAt(octet >> 4)).append(HEX.charAt(octet & 0xF));
    }

    private static boolean isUnreserved(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }
}
