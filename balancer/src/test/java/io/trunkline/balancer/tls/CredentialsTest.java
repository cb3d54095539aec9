package io.trunkline.balancer.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CredentialsTest {
    private static final X509Bundle EC = bundle(Algorithm.ecp256);
    private static final X509Bundle OTHER_EC = bundle(Algorithm.ecp256);
    private static final X509Bundle RSA = bundle(Algorithm.rsa2048);

    private final Path directory;

    CredentialsTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @ParameterizedTest
    @EnumSource(names = {"ecp256", "ecp384", "rsa2048"})
    void readsACertificateAndItsKey(Algorithm algorithm) throws Exception {
        X509Bundle bundle = bundle(algorithm);
        Credentials read = read(bundle.getCertificatePEM(), bundle.getPrivateKeyPEM());
        assertThat(read.certificate()).isEqualTo(bundle.getCertificate());
        assertThat(read.key()).isEqualTo(bundle.getKeyPair().getPrivate());
        assertThat(read.toString()).isEqualTo("CN=localhost");
    }

    @Test
    void readsAChainInTheOrderOfTheFile() throws Exception {
        X509Bundle root = new CertificateBuilder()
                .subject("CN=root")
                .setIsCertificateAuthority(true)
                .ecp256()
                .buildSelfSigned();
        X509Bundle leaf =
                new CertificateBuilder().subject("CN=localhost").ecp256().buildIssuedBy(root);
        String file = "the first\n" + leaf.getCertificatePEM() + "\r\nthe second:\n" + root.getCertificatePEM();
        assertThat(read(file, leaf.getPrivateKeyPEM()).chain())
                .containsExactly(leaf.getCertificate(), root.getCertificate());
    }

    @Test
    void bothMayStandInOneFile() throws Exception {
        String both = EC.getPrivateKeyPEM() + EC.getCertificatePEM();
        assertThat(read(both, both).certificate()).isEqualTo(EC.getCertificate());
    }

    static Stream<Arguments> whatCannotBeUsed() {
        String certificate = EC.getCertificatePEM();
        String key = EC.getPrivateKeyPEM();
        String body = key.replaceAll("-----.*-----|\\s", "");
        return Stream.of(
                Arguments.of("", key, "tls.certificate", "is no PEM file"),
                Arguments.of("noise", key, "tls.certificate", "is no PEM file"),
                Arguments.of(certificate.substring(0, 200), key, "tls.certificate", "is no PEM file"),
                Arguments.of(cut(certificate), key, "tls.certificate", "has a certificate that cannot be read"),
                Arguments.of(key, key, "tls.certificate", "has no certificate in it"),
                Arguments.of(certificate, "", "tls.key", "is no PEM file"),
                Arguments.of(certificate, certificate, "tls.key", "has no private key in it"),
                Arguments.of(certificate, cut(key), "tls.key", "has no key of the kind EC"),
                Arguments.of(certificate, OTHER_EC.getPrivateKeyPEM(), "tls.key", "is not the key of the certificate"),
                Arguments.of(certificate, RSA.getPrivateKeyPEM(), "tls.key", "has no key of the kind EC"),
                Arguments.of(certificate, block("ENCRYPTED PRIVATE KEY", body), "tls.key", "encrypted"),
                Arguments.of(certificate, block("EC PRIVATE KEY", body), "tls.key", "openssl pkcs8"),
                Arguments.of(certificate, "x".repeat(1024 * 1024 + 1), "tls.key", "more than"));
    }

    @ParameterizedTest(name = "{3}")
    @MethodSource("whatCannotBeUsed")
    void whatCannotBeUsedIsRefusedInOneLine(String certificate, String key, String setting, String why) {
        assertThatExceptionOfType(CredentialsException.class)
                .isThrownBy(() -> read(certificate, key))
                .satisfies(refusal -> assertThat(refusal.getMessage())
                        .startsWith(setting + ": " + directory)
                        .contains(why)
                        .doesNotContain("\n")
                        .hasSizeLessThan(300));
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatExceptionOfType(CredentialsException.class)
                .isThrownBy(() ->
                        PemFile.read("tls.key", directory.resolve("none.pem").toString()))
                .withMessage("tls.key: " + directory.resolve("none.pem") + " is not there");
        assertThatExceptionOfType(CredentialsException.class)
                .isThrownBy(() -> PemFile.read("tls.key", directory.toString()))
                .withMessageContaining("cannot be read");
    }

    @Test
    void keysAreNotTold() throws Exception {
        Path file = Files.writeString(directory.resolve("key.pem"), EC.getPrivateKeyPEM());
        assertThat(PemFile.read("tls.key", file.toString()).toString()).isEqualTo("tls.key: " + file);
    }

    @Test
    void openSslIsChosenUnlessItIsNotWanted() {
        assertThat(Tls.provider(true)).isEqualTo(SslProvider.OPENSSL_REFCNT);
        assertThat(Tls.provider(false)).isEqualTo(SslProvider.JDK);
    }

    static Stream<String> brokenCertificates() {
        String good = EC.getCertificatePEM();
        return Stream.of(
                cut(good),
                block("CERTIFICATE", "AAAA"),
                block("CERTIFICATE", "A"),
                block("CERTIFICATE", ""),
                block("CERTIFICATE", "!!!"),
                good.substring(0, good.length() / 2) + "\n");
    }

    @ParameterizedTest
    @MethodSource("brokenCertificates")
    void aBrokenRootAmongGoodOnesIsIgnoredByItself(String broken) throws Exception {
        String first = EC.getCertificatePEM();
        String second = RSA.getCertificatePEM();
        Roots roots = roots("# ours\n" + first + "# theirs\n" + broken + second);
        assertThat(roots.certificates()).containsExactly(EC.getCertificate(), RSA.getCertificate());
        assertThat(roots.ignored())
                .singleElement()
                .asString()
                .startsWith("tls.client-roots: ")
                .contains("certificate 2 cannot be read")
                .doesNotContain("\n");
        assertThat(roots(first + second + broken).certificates()).hasSize(2);
        assertThat(roots(broken + second).certificates()).hasSize(1);
    }

    @Test
    void whatIsNoCertificateIsNoRootAndNothingToComplainAbout() throws Exception {
        Roots roots = roots(EC.getPrivateKeyPEM() + EC.getCertificatePEM());
        assertThat(roots.certificates()).hasSize(1);
        assertThat(roots.ignored()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("brokenCertificates")
    void rootsOfWhichNoneCanBeReadAreRefused(String broken) {
        for (String text : List.of(broken, "", "noise", EC.getPrivateKeyPEM())) {
            assertThatExceptionOfType(CredentialsException.class)
                    .isThrownBy(() -> roots(text))
                    .withMessageStartingWith("tls.client-roots: " + directory)
                    .withMessageNotContaining("\n");
        }
    }

    private Roots roots(String text) throws IOException, CredentialsException {
        Path file = Files.writeString(directory.resolve("roots.pem"), text);
        return Roots.of(PemFile.read("tls.client-roots", file.toString()));
    }

    private Credentials read(String certificate, String key) throws IOException, CredentialsException {
        Path certificateFile = Files.writeString(directory.resolve("certificate.pem"), certificate);
        Path keyFile = Files.writeString(directory.resolve("key.pem"), key);
        return Credentials.of(
                PemFile.read("tls.certificate", certificateFile.toString()),
                PemFile.read("tls.key", keyFile.toString()));
    }

    private static X509Bundle bundle(Algorithm algorithm) {
        try {
            return new CertificateBuilder()
                    .algorithm(algorithm)
                    .subject("CN=localhost")
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same block with less in it. */
    private static String cut(String pem) {
        List<String> lines = pem.lines().toList();
        return lines.get(0) + "\n" + lines.get(1).substring(0, 32) + "\n" + lines.get(lines.size() - 1) + "\n";
    }

    private static String block(String label, String body) {
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }
}
