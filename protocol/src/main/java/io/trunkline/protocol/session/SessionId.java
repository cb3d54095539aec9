package io.trunkline.protocol.session;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * The id of a session: two characters that name its slot and 22 random ones (132 bits), all from the URL-safe base64
 * alphabet. It names a logical place, not an address, so it stays valid when the slot moves to another node.
 *
 * <p>To a client it is opaque; MCP asks for visible ASCII that is globally unique and hard to guess (2025-11-25, basic,
 * transports, session management).
 */
public final class SessionId {
    /** Characters of a session id, at least. */
    public static final int LENGTH = 24;

    /** Characters that may follow: what the balancer that minted the id says about itself. */
    public static final int SUFFIX = 8;

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final SecureRandom RANDOM = new SecureRandom();

    private SessionId() {}

    /** A new id in this slot. Usable from any thread; does not block once the system's generator is seeded. */
    public static String mint(int slot) {
        if (slot < 0 || slot >= SlotSet.MAX_SLOTS) {
            throw new IllegalArgumentException("slot: " + slot + " (expected: 0.." + (SlotSet.MAX_SLOTS - 1) + ")");
        }
        byte[] random = new byte[18];
        RANDOM.nextBytes(random);
        // 18 bytes are 24 characters; the first two give way to the slot, which leaves 22 x 6 = 132 random bits.
        String tail = Base64.getUrlEncoder().encodeToString(random).substring(2);
        return slotPrefix(slot) + tail;
    }

    /** The two characters that start every id in this slot. */
    public static String slotPrefix(int slot) {
        return "" + ALPHABET.charAt(slot >> 6) + ALPHABET.charAt(slot & 63);
    }

    /**
     * The slot that an id names, or -1 when the text is no session id: a wrong length or a character outside the
     * alphabet. Allocates nothing, so that unknown ids cost nothing.
     */
    public static int slotOf(CharSequence id) {
        int length = id.length();
        if (length != LENGTH && length != LENGTH + SUFFIX) {
            return -1;
        }
        for (int i = 2; i < length; i++) {
            if (digit(id.charAt(i)) < 0) {
                return -1;
            }
        }
        return prefixSlot(id);
    }

    /** The slot that the first two characters name, or -1. */
    public static int prefixSlot(CharSequence text) {
        if (text.length() < 2) {
            return -1;
        }
        int high = digit(text.charAt(0));
        int low = digit(text.charAt(1));
        return high < 0 || low < 0 ? -1 : high << 6 | low;
    }

    private static int digit(char c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 52;
        }
        return c == '-' ? 62 : c == '_' ? 63 : -1;
    }
}
