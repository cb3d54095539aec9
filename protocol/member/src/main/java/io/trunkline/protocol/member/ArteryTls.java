package io.trunkline.protocol.member;

import com.typesafe.config.Config;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import org.apache.pekko.pki.pem.DERPrivateKeyLoader;
import org.apache.pekko.pki.pem.PEMDecoder;
import org.apache.pekko.pki.pem.PEMLoadingException;

/**
 * The certificates with which members prove to each other, on every Artery connection, that they belong to the cluster:
 * {@code trunkline.member.tls}. A stranger's bytes reach Pekko's framing only behind a TLS handshake in which it has
 * shown one.
 *
 * @param certificate PEM file, issued by the authority directly; empty without TLS, as the others are
 * @param key PEM file with its private key
 * @param authority PEM file with the certificate of who issues them
 * @param plainAccepted whether to listen beyond this machine without TLS all the same
 */
public record ArteryTls(String certificate, String key, String authority, boolean plainAccepted) {
    /** What Pekko calls Artery over TLS. */
    static final String TRANSPORT = "tls-tcp";

    private static final String CERTIFICATE = "member.tls.certificate";
    private static final String KEY = "member.tls.key";
    private static final String AUTHORITY = "member.tls.authority";
    private static final String ACCEPTED = "accepted";

    /** Extended key usages, RFC 5280, section 4.2.1.12. */
    private static final List<String> BOTH_SIDES = List.of("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");

    public ArteryTls {
        if (!(certificate + key + authority).isBlank()) {
            Expect.notBlank(CERTIFICATE, certificate);
            Expect.notBlank(KEY, key);
            Expect.notBlank(AUTHORITY, authority);
            check(certificate, key, authority);
        }
    }

    static ArteryTls from(Config member) {
        String plain = member.getString("artery-plain");
        Expect.that(
                plain.equals(ACCEPTED) || plain.equals("refused"), "member.artery-plain", plain, "accepted or refused");
        return new ArteryTls(
                member.getString("tls.certificate"),
                member.getString("tls.key"),
                member.getString("tls.authority"),
                plain.equals(ACCEPTED));
    }

    /** Whether Artery speaks TLS. */
    public boolean on() {
        return !certificate.isBlank();
    }

    /** Refuses to listen beyond this machine without TLS; {@code key} is the setting that {@code host} comes from. */
    void requireSafeBind(String key, String host) {
        if (!on()) {
            requirePlain(key, host);
        }
    }

    /** Refuses to listen beyond this machine unless somebody has said that plain is good enough. */
    void requirePlain(String key, String host) {
        Expect.that(
                plainAccepted || MemberSettings.address(key, host).isLoopbackAddress(),
                key,
                host,
                "a loopback address as long as Artery has no certificates; set trunkline.member.tls.certificate, .key"
                        + " and .authority (TRUNKLINE_CLUSTER_CERTIFICATE, _KEY and _AUTHORITY), or, in a network that"
                        + " nobody else is in, TRUNKLINE_ARTERY_PLAIN=accepted");
    }

    /** What Pekko is told. */
    Map<String, Object> pekko() {
        if (!on()) {
            return Map.of();
        }
        String engine = "pekko.remote.artery.ssl.rotating-keys-engine.";
        return Map.of(
                "pekko.remote.artery.transport",
                TRANSPORT,
                "pekko.remote.artery.ssl.ssl-engine-provider",
                "org.apache.pekko.remote.artery.tcp.ssl.RotatingKeysSSLEngineProvider",
                engine + "cert-file",
                certificate,
                engine + "key-file",
                key,
                engine + "ca-cert-file",
                authority,
                engine + "protocol",
                "TLSv1.3");
    }

    /** Says at the start what Pekko would say at each connection. */
    private static void check(String certificate, String key, String authority) {
        X509Certificate own = certificate(CERTIFICATE, certificate);
        X509Certificate root = certificate(AUTHORITY, authority);
        try {
            own.checkValidity();
            root.checkValidity();
            List<String> usages = own.getExtendedKeyUsage();
            Expect.that(
                    usages == null || usages.containsAll(BOTH_SIDES),
                    CERTIFICATE,
                    certificate,
                    "one for servers and clients: extended key usage serverAuth and clientAuth, or none");
            own.verify(root.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new SettingsException(
                    CERTIFICATE + ": " + certificate + " (expected: a certificate that is valid now and that "
                            + authority + " has issued: " + e.getMessage() + ")",
                    e);
        }
        Expect.that(isPair(privateKey(key), own), KEY, key, "the private key of " + certificate);
    }

    private static X509Certificate certificate(String setting, String file) {
        try (InputStream bytes = Files.newInputStream(Path.of(file))) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(bytes);
        } catch (IOException | GeneralSecurityException | InvalidPathException e) {
            throw new SettingsException(
                    setting + ": " + file + " (expected: a PEM file with a certificate: " + e + ")", e);
        }
    }

    private static PrivateKey privateKey(String file) {
        try {
            return DERPrivateKeyLoader.load(PEMDecoder.decode(Files.readString(Path.of(file))));
        } catch (IOException | InvalidPathException | PEMLoadingException e) {
            // The message of what was read stays out: it may quote the key.
            throw new SettingsException(
                    KEY + ": " + file + " (expected: a PEM file with an RSA key that is not encrypted: "
                            + e.getClass().getSimpleName() + ")",
                    e);
        }
    }

    private static boolean isPair(PrivateKey key, X509Certificate certificate) {
        try {
            String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
            byte[] text = {1};
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
