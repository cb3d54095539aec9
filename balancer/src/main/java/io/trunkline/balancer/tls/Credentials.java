package io.trunkline.balancer.tls;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;

/**
 * A private key and its certificate, which have been seen to belong together.
 *
 * @param chain the certificate first, then those that lead to its root
 */
record Credentials(PrivateKey key, List<X509Certificate> chain) {
    private static final byte[] PROBE = {'t', 'r', 'u', 'n', 'k'};

    /** Reads both out of their files. */
    static Credentials of(PemFile certificateFile, PemFile keyFile) throws CredentialsException {
        List<X509Certificate> chain = certificates(certificateFile);
        PublicKey open = chain.get(0).getPublicKey();
        if (!open.getAlgorithm().equals("RSA") && !open.getAlgorithm().equals("EC")) {
            throw certificateFile.wrong("has a key of the kind " + open.getAlgorithm() + " (expected: RSA or EC)");
        }
        PrivateKey key = key(keyFile, open.getAlgorithm());
        if (!belongs(key, open)) {
            throw keyFile.wrong("is not the key of the certificate in " + certificateFile.file());
        }
        return new Credentials(key, chain);
    }

    /** The certificates in a file, in order; at least one. */
    static List<X509Certificate> certificates(PemFile file) throws CredentialsException {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (PemFile.Block block : file.blocks()) {
                if (block.label().equals("CERTIFICATE")) {
                    chain.add((X509Certificate) factory.generateCertificate(
                            new ByteArrayInputStream(block.bytes().array())));
                }
            }
        } catch (CertificateException e) {
            throw file.wrong("has a certificate that cannot be read: " + e.getMessage());
        }
        if (chain.isEmpty()) {
            throw file.wrong("has no certificate in it");
        }
        return List.copyOf(chain);
    }

    private static PrivateKey key(PemFile file, String algorithm) throws CredentialsException {
        for (PemFile.Block block : file.blocks()) {
            switch (block.label()) {
                case "PRIVATE KEY" -> {
                    return key(file, algorithm, block.bytes().array());
                }
                case "ENCRYPTED PRIVATE KEY" ->
                    throw file.wrong("has a key that is encrypted (expected: PKCS #8, not encrypted)");
                case "RSA PRIVATE KEY", "EC PRIVATE KEY" ->
                    throw file.wrong(
                            "has a key in an old form (expected: PKCS #8, which is made of it by: openssl pkcs8"
                                    + " -topk8 -nocrypt)");
                default -> {
                    // Parameters, or a certificate beside the key.
                }
            }
        }
        throw file.wrong("has no private key in it");
    }

    private static PrivateKey key(PemFile file, String algorithm, byte[] bytes) throws CredentialsException {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
        } catch (InvalidKeySpecException e) {
            throw file.wrong("has no key of the kind " + algorithm + ", which is that of the certificate");
        } catch (GeneralSecurityException e) {
            throw new CredentialsException(file + " cannot be used", e);
        }
    }

    private static boolean belongs(PrivateKey key, PublicKey open) throws CredentialsException {
        try {
            Signature signature =
                    Signature.getInstance(key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
            signature.initSign(key);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(open);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (InvalidKeyException | SignatureException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new CredentialsException("the key cannot be tried", e);
        }
    }

    X509Certificate certificate() {
        return chain.get(0);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return certificate().getSubjectX500Principal().getName();
    }
}
