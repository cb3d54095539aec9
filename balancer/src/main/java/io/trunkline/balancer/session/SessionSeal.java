package io.trunkline.balancer.session;

import io.trunkline.protocol.session.Owner;
import io.trunkline.protocol.session.SessionId;
import io.trunkline.protocol.trunk.ClusterSecret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The ids of HTTP sessions: a {@link SessionId}, two characters that hint at the balancer that minted it, and six (36
 * bits) of an HMAC-SHA-256 over all of that, and over whose session it is, with a key made from the cluster secret. So
 * an id that no balancer ever minted, or not for the one who shows it, is known as such on every one of them, and costs
 * nobody else a question. Belongs to one event loop.
 */
public final class SessionSeal {
    private static final int HINT = 2;
    private static final int CHECK = SessionId.SUFFIX - HINT;
    private static final int CHECKED = SessionId.LENGTH + HINT;

    private final Mac mac;
    private final String hint;

    public SessionSeal(ClusterSecret secret, String member) {
        try {
            this.mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.keyFor("session ids"), "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no HmacSHA256", e);
        }
        this.hint = hintOf(member);
    }

    /**
     * A new id in this slot.
     *
     * @param owner what tells owners apart, see {@link Owner#key}
     */
    public String mint(int slot, String owner) {
        String checked = SessionId.mint(slot) + hint;
        return checked + check(checked, owner);
    }

    /** Whether some balancer of this cluster minted the id for this owner. */
    public boolean genuine(String id, String owner) {
        return isSealed(id)
                && MessageDigest.isEqual(
                        id.substring(CHECKED).getBytes(StandardCharsets.US_ASCII),
                        check(id.substring(0, CHECKED), owner).getBytes(StandardCharsets.US_ASCII));
    }

    /** Whether the id looks like one of an HTTP session; its seal may be anything. */
    public static boolean isSealed(String id) {
        return id.length() == CHECKED + CHECK && SessionId.slotOf(id) >= 0;
    }

    /** Whether this balancer may be the one that minted a genuine id: the one to ask first. */
    public static boolean hintsAt(String id, String member) {
        return id.startsWith(hintOf(member), SessionId.LENGTH);
    }

    /** Two characters, which are those of a slot's prefix: what both have in common is the alphabet. */
    private static String hintOf(String member) {
        int hash = member.hashCode();
        return SessionId.slotPrefix((hash ^ hash >>> 12 ^ hash >>> 24) & 0xFFF);
    }

    private String check(String text, String owner) {
        // The text has one length always, so that no two pairs read alike.
        mac.update(text.getBytes(StandardCharsets.US_ASCII));
        byte[] proof = mac.doFinal(owner.getBytes(StandardCharsets.US_ASCII));
        return Base64.getUrlEncoder().encodeToString(Arrays.copyOf(proof, 6)).substring(0, CHECK);
    }
}
