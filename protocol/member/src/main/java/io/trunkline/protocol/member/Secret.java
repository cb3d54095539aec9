package io.trunkline.protocol.member;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The secret that the members of one cluster share; never printed. */
public record Secret(String value) {

    /** The value that everybody knows, good for loopback only. */
    public static final String WELL_KNOWN = "trunkline-on-loopback-only";

    private static final int MIN_LENGTH = 16;
    private static final String HMAC = "HmacSHA256";
    private static final int MAGIC_LENGTH = 4;

    public Secret {
        Expect.that(
                value.length() >= MIN_LENGTH,
                "member.secret",
                value.length() + " characters",
                "at least " + MIN_LENGTH + " characters");
    }

    public boolean isWellKnown() {
        return WELL_KNOWN.equals(value);
    }

    public byte[] bytes() {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The four characters, of 7 bits each, with which this cluster's Artery connections begin. They keep out strangers
     * and members of other clusters before a byte of theirs is parsed; they are no proof against somebody who listens
     * on the wire.
     */
    String magic() {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(bytes(), HMAC));
            byte[] digest = mac.doFinal("artery".getBytes(StandardCharsets.US_ASCII));
            StringBuilder magic = new StringBuilder(MAGIC_LENGTH);
            for (int i = 0; i < MAGIC_LENGTH; i++) {
                magic.append((char) (digest[i] & 0x7F));
            }
            return magic.toString();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(HMAC + " is part of every Java", e);
        }
    }

    @Override
    public String toString() {
        return isWellKnown() ? "Secret[well known]" : "Secret[hidden]";
    }
}
