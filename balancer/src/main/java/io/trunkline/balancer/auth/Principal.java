package io.trunkline.balancer.auth;

import io.trunkline.protocol.session.Owner;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;

/**
 * Somebody who has shown who he is.
 *
 * @param kind how he did; the same name of another kind is somebody else
 * @param issuer who vouches for the name; empty when the settings do
 */
public record Principal(Kind kind, String issuer, String name) {
    /** How somebody shows who he is. */
    public enum Kind {
        /** With a token of an authorization server, whose subject he is. */
        SUBJECT,
        /** With a token that the settings name. */
        TOKEN,
        /** With a TLS certificate. */
        CERTIFICATE
    }

    private static final int KEY_BYTES = 16;

    /** 22 characters that tell principals apart and give nothing of them away: the first 128 bits of a SHA-256. */
    public String key() {
        MessageDigest digest = Digests.sha256();
        part(digest, kind.name());
        part(digest, issuer);
        part(digest, name);
        byte[] key = Arrays.copyOf(digest.digest(), KEY_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key);
    }

    /** What a node is told. */
    Owner owner() {
        return Owner.of(key(), issuer, name);
    }

    /** Length before content, so that no two principals read alike. */
    private static void part(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
        digest.update(bytes);
    }
}
