package io.trunkline.balancer.auth;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyConverter;
import com.nimbusds.jose.jwk.OctetKeyPair;
import io.trunkline.balancer.BalancerEvents;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The public keys of an issuer. They are fetched by a thread of their own: at the start, at intervals, and when a token names
 * one that is not known, but never more often than the pace allows. While the issuer cannot be reached, those that were
 * fetched last count. Thread-safe.
 */
final class IssuerKeys {
    /** Keys of a set; a token that names none is tried with each. */
    private static final int MOST_KEYS = 64;

    /** Tokens that wait for one fetch. */
    private static final int MOST_WAITING = 1024;

    /**
     * How often the issuer is asked.
     *
     * @param timeout for one fetch, with what must be asked before it
     * @param pause between a fetch and the next one, whatever tokens say
     * @param retry the same after one that failed
     */
    record Pace(Duration timeout, Duration pause, Duration retry) {}

    /**
     * A key of the issuer.
     *
     * @param withdrawn becomes true when the issuer publishes it no more
     */
    record Key(PublicKey open, AtomicBoolean withdrawn) {}

    private final String issuer;
    private final @Nullable URI configured;
    private final Pace pace;
    private final Executor thread;
    private final Fetch fetch = new Fetch();
    private final List<Runnable> waiting = new ArrayList<>();
    private volatile Map<JWK, Key> keys = Map.of();
    private volatile long fetchedNanos;
    private @Nullable URI found;
    private String problem = "";
    private boolean fetching;
    private long nextNanos = System.nanoTime();

    /**
     * No keys yet.
     *
     * @param configured where the keys are; null when the issuer says so itself
     * @param thread what may be blocked
     */
    IssuerKeys(String issuer, @Nullable URI configured, Pace pace, Executor thread) {
        this.issuer = issuer;
        this.configured = configured;
        this.pace = pace;
        this.thread = thread;
    }

    /** Whether there are any. */
    boolean known() {
        return !keys.isEmpty();
    }

    /** Seconds since they were fetched, -1 when they never were. */
    long age() {
        return keys.isEmpty() ? -1 : (System.nanoTime() - fetchedNanos) / 1_000_000_000L;
    }

    /** The keys that a token with this header may have been signed with. */
    List<Key> of(JWSHeader header) {
        JWKMatcher matcher = JWKMatcher.forJWSHeader(header);
        List<Key> matching = new ArrayList<>();
        if (matcher != null) {
            keys.forEach((named, key) -> {
                if (matcher.matches(named)) {
                    matching.add(key);
                }
            });
        }
        return matching;
    }

    /**
     * Fetches the keys again, if the pace allows it.
     *
     * @param then is run afterwards, however it ended, on the thread that fetches
     * @return false, and nothing done, when it is too early for that
     */
    boolean refresh(Runnable then) {
        synchronized (waiting) {
            boolean early = !fetching && System.nanoTime() - nextNanos < 0;
            if (early || waiting.size() >= MOST_WAITING) {
                return false;
            }
            waiting.add(then);
            if (!fetching) {
                fetching = true;
                thread.execute(this::fetch);
            }
            return true;
        }
    }

    private void fetch() {
        Duration rest = pace.retry();
        try {
            take(ask(System.nanoTime() + pace.timeout().toNanos()));
            rest = pace.pause();
            problem = "";
        } catch (IOException | RuntimeException | LinkageError e) {
            String why = String.valueOf(e.getMessage());
            if (!why.equals(problem)) {
                problem = why;
                BalancerEvents.keysNotFetched(issuer, why, known());
            }
            found = null;
        }
        List<Runnable> told;
        synchronized (waiting) {
            fetching = false;
            nextNanos = System.nanoTime() + rest.toNanos();
            told = List.copyOf(waiting);
            waiting.clear();
        }
        told.forEach(Runnable::run);
    }

    private byte[] ask(long deadlineNanos) throws IOException {
        URI uri = configured;
        if (uri == null) {
            if (found == null) {
                found = IssuerMetadata.keysOf(issuer, fetch, deadlineNanos);
            }
            uri = found;
        }
        try {
            return fetch.get(uri, deadlineNanos);
        } catch (IOException e) {
            throw new IOException(uri + ": " + e.getMessage(), e);
        }
    }

    private void take(byte[] document) throws IOException {
        Map<JWK, Key> before = keys;
        Map<JWK, Key> now = new LinkedHashMap<>();
        for (JWK named : parse(document)) {
            Key known = before.get(named);
            PublicKey open = known == null ? open(named) : known.open();
            if (open != null) {
                now.put(named, known == null ? new Key(open, new AtomicBoolean()) : known);
            }
        }
        if (now.isEmpty() || now.size() > MOST_KEYS) {
            throw new IOException(now.size() + " public keys that can be used (expected: 1.." + MOST_KEYS + ")");
        }
        keys = Map.copyOf(now);
        fetchedNanos = System.nanoTime();
        before.forEach((named, key) -> {
            if (!now.containsKey(named)) {
                key.withdrawn().set(true);
            }
        });
        if (!before.keySet().equals(now.keySet())) {
            BalancerEvents.keysFetched(issuer, now.size());
        }
    }

    private static List<JWK> parse(byte[] document) throws IOException {
        try {
            return JWKSet.parse(new String(document, StandardCharsets.UTF_8))
                    .toPublicJWKSet()
                    .getKeys();
        } catch (ParseException e) {
            throw new IOException("no set of keys: " + e.getMessage(), e);
        }
    }

    /** The key itself; null when it is of a kind that is not known here. */
    private static @Nullable PublicKey open(JWK named) {
        if (named instanceof OctetKeyPair pair) {
            return Ed25519Verifier.open(pair);
        }
        return KeyConverter.toJavaKeys(List.of(named)).stream()
                .filter(PublicKey.class::isInstance)
                .map(PublicKey.class::cast)
                .findFirst()
                .orElse(null);
    }
}
