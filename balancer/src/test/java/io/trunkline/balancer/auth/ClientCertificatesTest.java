package io.trunkline.balancer.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.trunkline.balancer.auth.AuthSettings.CertificateName;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClientCertificatesTest {
    private static final Set<String> SCOPES = Set.of("mcp");

    @Test
    void theOwnerIsTheSubjectOrTheMostTellingOtherName() throws Exception {
        X509Certificate all = certificate(builder()
                .addSanRfc822Name("alice@example.com")
                .addSanDnsName("alice.example.com")
                .addSanUriName("spiffe://example.com/alice"));
        assertThat(name(CertificateName.SUBJECT, all)).isEqualTo("CN=alice,O=Example");
        assertThat(name(CertificateName.SAN, all)).isEqualTo("spiffe://example.com/alice");
        X509Certificate dns =
                certificate(builder().addSanRfc822Name("alice@example.com").addSanDnsName("alice.example.com"));
        assertThat(name(CertificateName.SAN, dns)).isEqualTo("alice.example.com");
        assertThat(new ClientCertificates(CertificateName.SAN, SCOPES).grant(certificate(builder())))
                .as("without such a name nobody is known")
                .isNull();
    }

    @Test
    void whatIsGrantedEndsWithTheCertificate() throws Exception {
        X509Certificate certificate =
                certificate(builder().notAfter(Instant.now().plusSeconds(600)));
        Grant grant =
                Objects.requireNonNull(new ClientCertificates(CertificateName.SUBJECT, SCOPES).grant(certificate));
        assertThat(grant.scopes()).isEqualTo(SCOPES);
        assertThat(grant.over(System.nanoTime() + Duration.ofSeconds(590).toNanos()))
                .isFalse();
        assertThat(grant.over(System.nanoTime() + Duration.ofSeconds(601).toNanos()))
                .isTrue();
    }

    private static String name(CertificateName kind, X509Certificate certificate) {
        return Objects.requireNonNull(new ClientCertificates(kind, SCOPES).grant(certificate))
                .owner()
                .name();
    }

    private static CertificateBuilder builder() {
        return new CertificateBuilder().subject("CN=alice, O=Example").ecp256();
    }

    private static X509Certificate certificate(CertificateBuilder builder) throws Exception {
        X509Bundle root = new CertificateBuilder()
                .subject("CN=root")
                .setIsCertificateAuthority(true)
                .ecp256()
                .buildSelfSigned();
        return builder.buildIssuedBy(root).getCertificate();
    }
}
