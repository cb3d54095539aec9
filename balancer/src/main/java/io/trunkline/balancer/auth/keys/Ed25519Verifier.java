package io.trunkline.balancer.auth.keys;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.impl.EdDSAProvider;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Checks Ed25519 signatures (RFC 8032; RFC 8037 and RFC 9864 for their names in tokens) with what the JDK has: the
 * library's own verifier needs another library. Immutable.
 */
public final class Ed25519Verifier extends EdDSAProvider implements JWSVerifier {
    /** The name of keys and signatures in the JDK. */
    static final String NAME = "Ed25519";

    private static final int KEY_BYTES = 32;

    /** What stands before the bytes of a key in its SubjectPublicKeyInfo (RFC 8410, section 4). */
    private static final byte[] PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private final PublicKey key;

    public Ed25519Verifier(PublicKey key) {
        this.key = key;
    }

    /** The key itself; null when it is of another curve, or none. */
    static @Nullable PublicKey open(OctetKeyPair named) {
        byte[] bytes = named.getDecodedX();
        if (!Curve.Ed25519.equals(named.getCurve()) || bytes.length != KEY_BYTES) {
            return null;
        }
        byte[] encoded = new byte[PREFIX.length + KEY_BYTES];
        System.arraycopy(PREFIX, 0, encoded, 0, PREFIX.length);
        System.arraycopy(bytes, 0, encoded, PREFIX.length, KEY_BYTES);
        try {
            return KeyFactory.getInstance(NAME).generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            return null;
        }
    }

    @Override
    public boolean verify(JWSHeader header, byte[] signed, Base64URL signature) throws JOSEException {
        if (!supportedJWSAlgorithms().contains(header.getAlgorithm())) {
            throw new JOSEException("not an algorithm of this key: " + header.getAlgorithm());
        }
        try {
            Signature check = Signature.getInstance(NAME);
            check.initVerify(key);
            check.update(signed);
            return check.verify(signature.decode());
        } catch (SignatureException e) {
            // It is no point of the curve, or has another length.
            return false;
        } catch (GeneralSecurityException e) {
            throw new JOSEException(e.getMessage(), e);
        }
    }
}
