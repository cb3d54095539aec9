package io.trunkline.balancer.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.trunkline.balancer.events.BalancerEvents;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The certificate that new connections are shown: that of the files, as long as they can be used, otherwise the last
 * one that could. Thread-safe; files are read by {@link #look} alone.
 */
final class Certificates {
    /** What the settings name; {@code roots} null when clients are asked for no certificates. */
    private record Files(
            PemFile certificate, PemFile key, @Nullable PemFile roots) {}

    private final TlsSettings settings;
    private final SslProvider provider;
    private Files files;
    private Contexts contexts;
    private String problem = "";
    private boolean released;

    /** Reads the files, which block. */
    Certificates(TlsSettings settings, SslProvider provider) throws CredentialsException {
        this.settings = settings;
        this.provider = provider;
        this.files = read();
        this.contexts = contexts(files);
        BalancerEvents.certificateTaken(provider.name(), contexts.credentials().toString(), ends());
    }

    private Files read() throws CredentialsException {
        return new Files(
                PemFile.read("tls.certificate", settings.certificate()),
                PemFile.read("tls.key", settings.key()),
                settings.clients().asked()
                        ? PemFile.read("tls.client-roots", settings.clients().roots())
                        : null);
    }

    private Contexts contexts(Files from) throws CredentialsException {
        Roots roots = from.roots() == null ? Roots.NONE : Roots.of(from.roots());
        Contexts made = Contexts.of(
                Credentials.of(from.certificate(), from.key()), roots.certificates(), settings.clients(), provider);
        roots.ignored().forEach(BalancerEvents::certificateIgnored);
        return made;
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
     * Reads the files, which block, and takes what has changed if it can be used. Compares what they say: a new file
     * may have the old one's size and time. To be called by one thread.
     */
    void look() {
        try {
            Files now = read();
            if (!now.equals(files)) {
                Contexts fresh = ofWhole(now);
                if (fresh == null) {
                    return;
                }
                files = now;
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

    /** Null when the files were replaced while they were read, one after the other: the next look finds them whole. */
    private @Nullable Contexts ofWhole(Files now) throws CredentialsException {
        try {
            return contexts(now);
        } catch (CredentialsException e) {
            if (!read().equals(now)) {
                return null;
            }
            throw e;
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
