package io.trunkline.balancer.auth;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Who the owner of a client certificate is; that the certificate is good has been seen in the handshake. Immutable. */
final class ClientCertificates {
    /** Kinds of alternative names, most wanted first (RFC 5280, section 4.2.1.6): URI, DNS name, mail address. */
    private static final List<Integer> KINDS = List.of(6, 2, 1);

    private final AuthSettings.CertificateName name;
    private final Set<String> scopes;

    /**
     * Names by these rules.
     *
     * @param scopes of everybody who has a certificate
     */
    ClientCertificates(AuthSettings.CertificateName name, Set<String> scopes) {
        this.name = name;
        this.scopes = scopes;
    }

    /**
     * What is granted to the owner, as long as the certificate holds; null when it does not have a name of that kind.
     */
    @Nullable
    Grant grant(X509Certificate certificate) {
        String named = name == AuthSettings.CertificateName.SUBJECT
                ? certificate.getSubjectX500Principal().getName()
                : alternativeName(certificate);
        if (named == null || named.isEmpty()) {
            return null;
        }
        Duration left =
                Duration.between(Instant.now(), certificate.getNotAfter().toInstant());
        return Grant.lasting(new Principal(Principal.Kind.CERTIFICATE, "", named), scopes, left, new AtomicBoolean());
    }

    private static @Nullable String alternativeName(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            for (Integer kind : names == null ? List.<Integer>of() : KINDS) {
                for (List<?> one : names) {
                    if (one.get(0).equals(kind)) {
                        return String.valueOf(one.get(1));
                    }
                }
            }
            return null;
        } catch (CertificateParsingException e) {
            return null;
        }
    }
}
