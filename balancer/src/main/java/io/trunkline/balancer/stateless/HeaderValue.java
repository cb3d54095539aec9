package io.trunkline.balancer.stateless;

import io.trunkline.protocol.jsonrpc.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** How a piece of a message stands in a header line (MCP 2026-07-28, basic, transports, value encoding). */
public final class HeaderValue {
    private static final String BEGIN = "=?base64?";
    private static final String END = "?=";

    private HeaderValue() {}

    /** What the value stands for, or null when it has characters that it may not have, or is no Base64 but says so. */
    public static @Nullable String decode(String value) {
        if (!isPlain(value)) {
            return null;
        }
        boolean encoded =
                value.length() >= BEGIN.length() + END.length() && value.startsWith(BEGIN) && value.endsWith(END);
        return encoded ? decoded(value.substring(BEGIN.length(), value.length() - END.length())) : value;
    }

    private static @Nullable String decoded(String base64) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return null;
        }
        // The decoder takes what is not padded, and any bits behind the last byte.
        boolean strict = Base64.getEncoder().encodeToString(bytes).equals(base64);
        return strict && Utf8.isWellFormed(bytes, 0, bytes.length) ? new String(bytes, StandardCharsets.UTF_8) : null;
    }

    /** Whether there is nothing but visible ASCII, blanks and tabs. */
    private static boolean isPlain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c > '~') {
                return false;
            }
        }
        return true;
    }
}
