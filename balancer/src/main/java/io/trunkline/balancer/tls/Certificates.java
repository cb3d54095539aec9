package io.trunkline.balancer.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.trunkline.balancer.BalancerEvents;
import java.time.Instant;

/**
 * The certificate that new connections are shown: that of the files, as long as they can be used, otherwise the last one
 * that could. Thread-safe; files are read by {@link #look} alone.
 */
final class Certificates {
    private final TlsSettings settings;
    private final SslProvider provider;
    private PemFile certificateFile;
    private PemFile keyFile;
    private Contexts contexts;
    private String problem = "";
    private boolean released;

    /** Reads the files, which block. */
    Certificates(TlsSettings settings, SslProvider provider) throws CredentialsException {
        this.settings = settings;
        this.provider = provider;
        this.certificateFile = readCertificate();
        this.keyFile = readKey();
        this.contexts = Contexts.of(Credentials.of(certificateFile, keyFile), provider);
        BalancerEvents.certificateTaken(provider.name(), contexts.credentials().toString(), ends());
    }

    private PemFile readCertificate() throws CredentialsException {
        return PemFile.read("tls.certificate", settings.certificate());
    }

    private PemFile readKey() throws CredentialsException {
        return PemFile.read("tls.key", settings.key());
    }

    /** TLS for one connection. */
    synchronized SslHandler handler(ByteBufAllocator memory, Tls.Carries what) {
        return contexts.handler(memory, what);
    }

    /** When the certificate ends. */
    synchronized Instant ends() {
        return contexts.credentials().certificate().getNotAfter().toInstant();
    }

    /**
     * Reads the files, which block, and takes what has changed if it can be used. Compares what they say: a new file may
     * have the old one's size and time. To be called by one thread.
     */
    void look() {
        try {
            PemFile certificate = readCertificate();
            PemFile key = readKey();
            if (!certificate.equals(certificateFile) || !key.equals(keyFile)) {
                Contexts fresh = Contexts.of(Credentials.of(certificate, key), provider);
                certificateFile = certificate;
                keyFile = key;
                replace(fresh);
                BalancerEvents.certificateTaken(
                        provider.name(), fresh.credentials().toString(), ends());
            }
            problem = "";
        } catch (CredentialsException | RuntimeException e) {
            String why = e instanceof CredentialsException ? String.valueOf(e.getMessage()) : e.toString();
            if (!why.equals(problem)) {
                problem = why;
                BalancerEvents.certificateRejected(why);
            }
        }
    }

    private synchronized void replace(Contexts fresh) {
        if (released) {
            fresh.release();
        } else {
            contexts.release();
            contexts = fresh;
        }
    }

    synchronized void release() {
        released = true;
        contexts.release();
    }
}
