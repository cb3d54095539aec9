package io.trunkline.balancer.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * What TLS connections with one certificate have in common. A connection keeps what it needs of it, so that it may be
 * released while connections go on.
 */
final class Contexts {
    static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");

    /** Those that encrypt and authenticate in one, with keys that are forgotten (RFC 9325, section 4.2). */
    static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /** Sessions that may be resumed without a ticket: a bound on memory. Most clients bring a ticket. */
    private static final int SESSIONS = 1024;

    private static final int SESSION_SECONDS = 3600;

    private final Credentials credentials;
    private final SslContext http;
    private final SslContext lines;

    private Contexts(Credentials credentials, SslContext http, SslContext lines) {
        this.credentials = credentials;
        this.http = http;
        this.lines = lines;
    }

    /**
     * What the settings ask for.
     *
     * @param roots to which certificates of clients must lead; empty when none are asked for
     */
    static Contexts of(
            Credentials credentials, List<X509Certificate> roots, TlsSettings.Clients clients, SslProvider provider)
            throws CredentialsException {
        SslContext http = null;
        try {
            http = builder(credentials, roots, clients.http(), provider)
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE,
                            SelectedListenerFailureBehavior.ACCEPT,
                            ApplicationProtocolNames.HTTP_1_1))
                    .build();
            return new Contexts(
                    credentials,
                    http,
                    builder(credentials, roots, clients.lines(), provider).build());
        } catch (SSLException | IllegalArgumentException e) {
            ReferenceCountUtil.release(http);
            throw new CredentialsException("tls.certificate: TLS cannot use it", e);
        }
    }

    private static SslContextBuilder builder(
            Credentials credentials, List<X509Certificate> roots, TlsSettings.Ask ask, SslProvider provider) {
        SslContextBuilder builder = SslContextBuilder.forServer(
                        credentials.key(), credentials.chain().toArray(new X509Certificate[0]))
                .sslProvider(provider)
                .protocols(VERSIONS)
                .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .sessionCacheSize(SESSIONS)
                .sessionTimeout(SESSION_SECONDS);
        return ask == TlsSettings.Ask.OFF
                ? builder
                : builder.trustManager(roots.toArray(new X509Certificate[0]))
                        .clientAuth(ask == TlsSettings.Ask.REQUIRED ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
    }

    Credentials credentials() {
        return credentials;
    }

    SslHandler handler(ByteBufAllocator memory, Tls.Carries what) {
        return (what == Tls.Carries.HTTP ? http : lines).newHandler(memory);
    }

    void release() {
        ReferenceCountUtil.release(http);
        ReferenceCountUtil.release(lines);
    }
}
