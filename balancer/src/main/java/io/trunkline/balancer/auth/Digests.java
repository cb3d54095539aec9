package io.trunkline.balancer.auth;

import io.trunkline.protocol.frame.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, by which tokens are known here: nobody keeps them themselves. */
final class Digests {
    private Digests() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java", e);
        }
    }

    /** The digest of a token, which is ASCII. */
    static Bytes of(String token) {
        return Bytes.wrap(sha256().digest(token.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Whether two texts are the same, in a time that depends on the length of the first alone. */
    static boolean same(String left, String right) {
        int difference = left.length() ^ right.length();
        for (int i = 0; i < left.length(); i++) {
            difference |= left.charAt(i) ^ (i < right.length() ? right.charAt(i) : 0);
        }
        return difference == 0;
    }
}
