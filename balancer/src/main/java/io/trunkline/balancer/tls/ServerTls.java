package io.trunkline.balancer.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.ReferenceCountUtil;
import io.trunkline.protocol.member.SettingsException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLException;

/**
 * TLS 1.2 and 1.3 towards servers outside the cluster. Their certificates must lead to a root and be for the name that
 * is asked for. Usable from any thread.
 */
public final class ServerTls implements AutoCloseable {
    private final SslContext context;
    private final Duration handshake;

    private ServerTls(SslContext context, Duration handshake) {
        this.context = context;
        this.handshake = handshake;
    }

    /**
     * TLS with these roots; reads the file.
     *
     * @param setting the setting that names the file
     * @param roots PEM file; empty: the roots that Java knows
     * @param preferNative whether to use OpenSSL where it loads
     * @param handshake how long one may take
     * @throws SettingsException when the file cannot be used
     */
    public static ServerTls of(String setting, String roots, boolean preferNative, Duration handshake) {
        try {
            SslContextBuilder builder = SslContextBuilder.forClient()
                    .sslProvider(Tls.provider(preferNative))
                    .protocols(Contexts.VERSIONS)
                    .ciphers(Contexts.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                    .endpointIdentificationAlgorithm("HTTPS");
            if (!roots.isEmpty()) {
                builder.trustManager(
                        Roots.of(PemFile.read(setting, roots)).certificates().toArray(new X509Certificate[0]));
            }
            return new ServerTls(builder.build(), handshake);
        } catch (CredentialsException | SSLException | IllegalArgumentException e) {
            throw new SettingsException(
                    e instanceof CredentialsException
                            ? String.valueOf(e.getMessage())
                            : setting + ": " + roots + " (expected: certificates that TLS can use)",
                    e);
        }
    }

    /** What encrypts one connection to the server of this name. */
    public SslHandler handler(ByteBufAllocator memory, String name, int port) {
        SslHandler handler = context.newHandler(memory, name, port);
        handler.setHandshakeTimeoutMillis(handshake.toMillis());
        return handler;
    }

    /** Connections that are open go on. */
    @Override
    public void close() {
        ReferenceCountUtil.release(context);
    }
}
