package io.trunkline.balancer.tls;

import io.netty.channel.Channel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.trunkline.protocol.member.SettingsException;
import io.trunkline.protocol.metrics.Metrics;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.2 and 1.3 for the connections of this process, and a thread that looks whether there is a new certificate.
 * Connections keep the certificate that they began with. Thread-safe.
 */
public final class Tls implements AutoCloseable {
    /** What is said over a connection. */
    public enum Carries {
        /** HTTP/1.1, which is said in the handshake, too (ALPN, RFC 7301). */
        HTTP,
        /** JSON-RPC, a message in each line. */
        LINES
    }

    private final TlsSettings settings;
    private final Certificates certificates;
    private final HandshakeWatch httpWatch;
    private final HandshakeWatch linesWatch;
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "tls-certificates");
        thread.setDaemon(true);
        return thread;
    });

    private Tls(TlsSettings settings, Certificates certificates, Metrics metrics) {
        this.settings = settings;
        this.certificates = certificates;
        this.httpWatch = new HandshakeWatch(metrics, true);
        this.linesWatch = new HandshakeWatch(metrics, false);
        metrics.gauge(
                "trunkline.tls.certificate.seconds",
                Map.of(),
                () -> Duration.between(Instant.now(), certificates.ends()).toSeconds());
        long pause = settings.reload().toMillis();
        looks.scheduleWithFixedDelay(certificates::look, pause, pause, TimeUnit.MILLISECONDS);
    }

    /**
     * TLS with the certificate of these settings.
     *
     * @throws SettingsException when it cannot be used
     */
    public static Tls create(TlsSettings settings, Metrics metrics) {
        try {
            return new Tls(settings, new Certificates(settings, provider(settings.preferNative())), metrics);
        } catch (CredentialsException e) {
            throw new SettingsException(String.valueOf(e.getMessage()), e);
        }
    }

    /** OpenSSL where it loads, which is several times as fast as the JDK and takes less memory. */
    static SslProvider provider(boolean allowNative) {
        if (allowNative && OpenSsl.isAvailable()) {
            return SslProvider.OPENSSL_REFCNT;
        }
        // Whoever asks for new keys again and again makes the server work; OpenSSL never lets them.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
        return SslProvider.JDK;
    }

    /** Puts TLS before all other stages of a connection. */
    public void secure(Channel channel, Carries what) {
        SslHandler tls = certificates.handler(channel.alloc(), what);
        tls.setHandshakeTimeoutMillis(settings.handshake().toMillis());
        channel.pipeline().addFirst("tls", tls).addAfter("tls", "handshake", watch(what));
    }

    /** The certificate that the client has shown and proved to be its own; null when there is none, or no TLS. */
    public static @Nullable X509Certificate clientCertificate(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            return null;
        }
        try {
            Certificate[] chain = tls.engine().getSession().getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate own ? own : null;
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }

    /** Closes a connection for which there is no place: to tell it so would take a handshake. */
    public void refuse(Channel channel, Carries what) {
        watch(what).refused();
        channel.close();
    }

    private HandshakeWatch watch(Carries what) {
        return what == Carries.HTTP ? httpWatch : linesWatch;
    }

    /** Takes no new connections; those that there are go on. */
    @Override
    public void close() {
        looks.shutdownNow();
        certificates.release();
    }
}
