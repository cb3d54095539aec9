package io.trunkline.protocol.session;

import io.trunkline.protocol.frame.Frame;
import java.nio.charset.StandardCharsets;

/**
 * Whose session it is, as the balancer has made sure of it.
 *
 * @param key tells owners apart, and gives nothing of them away; empty when nobody was asked
 * @param issuer who vouches for the name; empty when the balancer's settings do
 * @param name what the issuer calls the owner
 */
public record Owner(String key, String issuer, String name) {
    /** Nobody was asked who he is. */
    public static final Owner NOBODY = new Owner("", "", "");

    /** The most bytes of a text, as UTF-8 in JSON: it fits into frames and checkpoints. */
    private static final int MAX_TEXT = Frame.MAX_TEXT;

    /** An owner whose issuer or name is too long, or has control characters, is known by the key alone. */
    public static Owner of(String key, String issuer, String name) {
        return fits(issuer) && fits(name) ? new Owner(key, issuer, name) : new Owner(key, "", "");
    }

    private static boolean fits(String text) {
        if (text.length() > MAX_TEXT || text.chars().anyMatch(Character::isISOControl)) {
            return false;
        }
        long escapes = text.chars().filter(c -> c == '"' || c == '\\').count();
        return escapes + text.getBytes(StandardCharsets.UTF_8).length <= MAX_TEXT;
    }

    /** Whether nobody was asked. */
    public boolean isNobody() {
        return key.isEmpty();
    }
}
