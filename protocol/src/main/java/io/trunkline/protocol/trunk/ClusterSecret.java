package io.trunkline.protocol.trunk;

import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that all members of a cluster share, as proofs of knowing it: HMAC-SHA-256 (RFC 2104, RFC 6234) over who
 * proves it, both nonces, both names, both incarnations and the version. Nothing secret goes over the wire, a proof is
 * of no use on another trunk, and one side's proof cannot be sent back as the other's.
 */
public final class ClusterSecret {
    /** Bytes of a nonce. */
    public static final int NONCE = 32;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] key;

    /** The proofs of this secret. */
    public ClusterSecret(String secret) {
        this.key = secret.getBytes(StandardCharsets.UTF_8);
    }

    /** A key for one purpose, 32 bytes, from which the secret and the keys for other purposes cannot be told. */
    public byte[] keyFor(String purpose) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            part(mac, "key for".getBytes(StandardCharsets.UTF_8));
            part(mac, purpose.getBytes(StandardCharsets.UTF_8));
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no HmacSHA256", e);
        }
    }

    /** A fresh nonce. */
    public static Bytes nonce() {
        byte[] nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        return Bytes.wrap(nonce);
    }

    /** The node's proof, which goes into its challenge. */
    public Bytes ofNode(Frame.Hello hello, int version, Bytes nodeNonce, String node, long incarnation) {
        return prove("node", hello, version, nodeNonce, node, incarnation);
    }

    /** The edge's proof, which answers the challenge. */
    public Bytes ofEdge(Frame.Hello hello, Frame.Challenge challenge) {
        return prove(
                "edge", hello, challenge.version(), challenge.nonce(), challenge.member(), challenge.incarnation());
    }

    /** Whether two proofs are the same, in a time that does not tell where they differ. */
    public static boolean same(Bytes left, Bytes right) {
        return MessageDigest.isEqual(left.array(), right.array());
    }

    private Bytes prove(String side, Frame.Hello hello, int version, Bytes nodeNonce, String node, long incarnation) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            part(mac, side.getBytes(StandardCharsets.UTF_8));
            part(mac, new byte[] {(byte) hello.minVersion(), (byte) hello.maxVersion(), (byte) version});
            part(mac, hello.nonce().array());
            part(mac, nodeNonce.array());
            part(mac, hello.member().getBytes(StandardCharsets.UTF_8));
            part(mac, longBytes(hello.incarnation()));
            part(mac, node.getBytes(StandardCharsets.UTF_8));
            part(mac, longBytes(incarnation));
            return Bytes.wrap(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no HmacSHA256", e);
        }
    }

    /** Length before content, so that no two transcripts read alike. */
    private static void part(Mac mac, byte[] content) {
        mac.update(ByteBuffer.allocate(4).putInt(content.length).flip());
        mac.update(content);
    }

    private static byte[] longBytes(long value) {
        return ByteBuffer.allocate(8).putLong(value).array();
    }
}
