package io.trunkline.balancer.auth;

import io.trunkline.balancer.auth.keys.Asker;
import io.trunkline.balancer.auth.keys.FetchPace;
import io.trunkline.balancer.auth.keys.IssuerKeys;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.member.SettingsException;
import io.trunkline.protocol.metrics.Metrics;
import java.net.SocketAddress;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Knows who shows which token, and says so to the {@link Visitor}s of this process. An OAuth 2.1 resource server (MCP
 * 2026-07-28, basic, authorization). Thread-safe.
 */
public final class Authorizer implements AutoCloseable {
    /** Where the resource describes itself, at this path or one below it (RFC 9728, section 3.1). */
    public static final String METADATA = ResourceMetadata.ROOT;

    /** Tokens that are known to be no good, and for how long: a client that repeats one costs little. */
    private static final int BAD_TOKENS = 4096;

    private static final long BAD_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final AuthSettings settings;
    private final Metrics metrics;
    private final @Nullable ResourceMetadata metadata;
    private final Challenge challenge;
    private final VerdictCache<Grant> good;
    private final VerdictCache<Denial> bad = new VerdictCache<>(BAD_TOKENS, BAD_NANOS);
    private final ThreadPoolExecutor workers;
    /** For each issuer one, so that none waits for another, and one for the file of tokens. */
    private final ScheduledExecutorService fetches;

    private final @Nullable StaticTokens tokens;
    private final @Nullable JwtChecks jwt;
    private final @Nullable ClientCertificates certificates;

    private Authorizer(AuthSettings settings, Metrics metrics) {
        this.settings = settings;
        this.metrics = metrics;
        ResourceSettings resource = settings.resource();
        Set<String> base = settings.scopes().base();
        this.metadata = resource.on() ? new ResourceMetadata(resource, base) : null;
        this.challenge = new Challenge(metadata == null ? "" : metadata.uri(), base);
        this.fetches = Executors.newScheduledThreadPool(resource.issuers().size() + 1, threads("auth-keys"));
        this.good = new VerdictCache<>(settings.checks().cached(), TimeUnit.DAYS.toNanos(1));
        this.tokens =
                settings.tokens().on() ? new StaticTokens(settings.tokens().file(), settings.scopes()) : null;
        this.certificates = settings.certificates().shown()
                ? new ClientCertificates(
                        settings.certificates().name(),
                        settings.scopes().expand(settings.certificates().scopes()))
                : null;
        this.workers = new ThreadPoolExecutor(
                settings.checks().threads(),
                settings.checks().threads(),
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(settings.checks().queue()),
                threads("auth-check"));
        workers.allowCoreThreadTimeOut(true);
        this.jwt = resource.on() ? new JwtChecks(resource, this::keys, settings.scopes(), challenge, workers) : null;
        if (tokens != null) {
            long pause = settings.tokens().reload().toMillis();
            fetches.scheduleWithFixedDelay(tokens::look, pause, pause, TimeUnit.MILLISECONDS);
        }
        metrics.gauge("trunkline.auth.tokens.known", Map.of(), good::size);
    }

    /**
     * Begins to fetch the keys of the issuers; does not wait for them.
     *
     * @throws SettingsException when the file of tokens cannot be used
     */
    public static Authorizer create(AuthSettings settings, Metrics metrics) {
        return new Authorizer(settings, metrics);
    }

    /** The keys of an issuer, which are fetched from now on. */
    private IssuerKeys keys(ResourceSettings.Issuer issuer) {
        AuthSettings.Keys pace = settings.keys();
        IssuerKeys keys = new IssuerKeys(
                issuer.issuer(),
                issuer.jwksUri().isEmpty() ? null : URI.create(issuer.jwksUri()),
                new FetchPace(pace.timeout(), pace.pause(), pace.pause().dividedBy(6), pace.patience()),
                this::later,
                System::nanoTime);
        fetches.scheduleWithFixedDelay(keys::refresh, 0, pace.refresh().toMillis(), TimeUnit.MILLISECONDS);
        metrics.gauge("trunkline.auth.keys.age.seconds", Map.of("issuer", issuer.issuer()), keys::age);
        metrics.gauge("trunkline.auth.keys.waiting", Map.of("issuer", issuer.issuer()), keys::waiting);
        return keys;
    }

    private void later(Duration delay, Runnable task) {
        try {
            fetches.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // The process stops, and with it whoever waits.
        }
    }

    private static ThreadFactory threads(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Someone who has connected, and may show this certificate if the supplier has one. */
    public Visitor visitor(Supplier<@Nullable X509Certificate> certificate) {
        return visitor(certificate, null);
    }

    /** The same, from this address. */
    public Visitor visitor(Supplier<@Nullable X509Certificate> certificate, @Nullable SocketAddress remote) {
        return new Visitor(this, certificate, Asker.source(remote));
    }

    /** What may be done with which scopes. */
    public ScopeRules scopes() {
        return settings.scopes();
    }

    /** The refusal of a message that needs these scopes, sent by somebody who lacks some of them. */
    public Denial insufficient(Set<String> needed) {
        return counted("scope", challenge.insufficient(needed));
    }

    /** The refusal of a request that shows nothing. */
    public Denial missing() {
        return counted("missing", challenge.missing());
    }

    Denial malformed(String why) {
        return counted("malformed", challenge.malformed(why));
    }

    /**
     * What is granted to the owner of a certificate that a client has proved to be its own; null when it does not name
     * him.
     */
    public @Nullable Grant grant(X509Certificate certificate) {
        return certificates == null ? null : certificates.grant(certificate);
    }

    /**
     * What is thought of a token, at once, or null when that takes a while.
     *
     * @param asker whose it is; hears nothing when he has left
     * @param later then hears it, on any thread
     */
    @Nullable
    Verdict check(String token, Asker asker, Consumer<Verdict> later) {
        int most = settings.checks().token();
        if (token.length() > most) {
            return counted("invalid", Challenge.tooLong(most));
        }
        if (!TokenText.isToken(token)) {
            return counted("invalid", challenge.invalid("the token has characters that no token has"));
        }
        Bytes digest = Digests.of(token);
        long now = System.nanoTime();
        Grant known = good.find(digest, now);
        known = known == null && tokens != null ? tokens.find(digest) : known;
        if (known != null) {
            return known;
        }
        Denial refused = bad.find(digest, now);
        if (refused != null) {
            return counted("invalid", refused);
        }
        if (jwt == null || !TokenText.isSigned(token)) {
            return counted("invalid", challenge.invalid("the token is not known"));
        }
        JwtChecks checks = jwt;
        checks.check(token, asker, verdict -> later.accept(keep(digest, verdict, checks)));
        return null;
    }

    /** Whether a token is known to be good. */
    boolean knows(String token) {
        if (!TokenText.isToken(token)) {
            return false;
        }
        Bytes digest = Digests.of(token);
        return good.find(digest, System.nanoTime()) != null || (tokens != null && tokens.find(digest) != null);
    }

    private Verdict keep(Bytes digest, Verdict verdict, JwtChecks checks) {
        if (verdict instanceof Grant grant) {
            good.put(digest, grant, System.nanoTime());
            return grant;
        }
        Denial denial = (Denial) verdict;
        if (denial.status() == 401 && !checks.mayChange(denial)) {
            bad.put(digest, denial, System.nanoTime());
        }
        return counted(denial.status() == 401 ? "invalid" : "unavailable", denial);
    }

    private Denial counted(String why, Denial denial) {
        metrics.counter("trunkline.auth.refused", Map.of("why", why)).increment();
        return denial;
    }

    /**
     * What the resource says about itself, as JSON, at this path; null when that is not the place, or nothing is said.
     */
    public byte @Nullable [] metadata(String path) {
        return metadata != null && metadata.isAt(path) ? metadata.json() : null;
    }

    /** Checks nothing more. */
    @Override
    public void close() {
        fetches.shutdownNow();
        workers.shutdownNow();
    }
}
