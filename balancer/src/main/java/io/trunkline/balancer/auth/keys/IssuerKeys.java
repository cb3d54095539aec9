package io.trunkline.balancer.auth.keys;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import io.trunkline.balancer.events.BalancerEvents;
import java.io.IOException;
import java.net.URI;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The public keys of an issuer. They are fetched by a thread of their own: at the start, at intervals, and when a token
 * names one that is not known, but never more often than the pace allows. Who shows such a token waits for the fetch
 * that is allowed next; names that were looked for in vain are remembered until then. While the issuer cannot be
 * reached, the keys that were fetched last count. Thread-safe.
 */
public final class IssuerKeys {
    /** Tokens that wait for one fetch. */
    static final int MOST_WAITING = 1024;

    /** Names of keys that were looked for in vain. */
    private static final int MOST_MISSING = 4096;

    /** Characters of a name that is remembered; who shows a longer one waits again. */
    private static final int MOST_NAME = 256;

    /** Does something later, where it may block. */
    @FunctionalInterface
    public interface Later {
        void after(Duration delay, Runnable task);
    }

    /** What becomes of one who wants to wait. */
    public enum Wait {
        /** He waits. */
        BEGUN,
        /** The key has just become known. */
        KNOWN,
        /** The key was looked for in vain, and it is too early to look again. */
        MISSING,
        /** Too many wait, or too many of his source. */
        CROWDED,
        /** It would take too long. */
        LATER
    }

    /** What has been fetched while somebody waited. */
    public enum Fetched {
        /** The keys, after he came. */
        SINCE,
        /** The keys, but they may be those of the time before he came. */
        BEFORE,
        /** Nothing. */
        NOTHING
    }

    /**
     * A key of the issuer.
     *
     * @param withdrawn becomes true when the issuer publishes it no more
     */
    public record Key(PublicKey open, AtomicBoolean withdrawn) {}

    private final String issuer;
    private final @Nullable URI configured;
    private final FetchPace pace;
    private final Later thread;
    private final LongSupplier clock;
    private final Fetch fetch = new Fetch();
    private final WaitingRoom room = new WaitingRoom(MOST_WAITING);
    private volatile Map<JWK, Key> keys = Map.of();
    private volatile long fetchedNanos;
    private @Nullable URI found;
    private String problem = "";
    private Set<String> ignored = Set.of();

    // Under the lock of the room:
    private final Set<String> missing = new LinkedHashSet<>();
    private boolean planned;
    private long nextNanos;

    /**
     * No keys yet.
     *
     * @param configured where the keys are; null when the issuer says so itself
     * @param thread fetches
     * @param clock in nanoseconds, of any beginning
     */
    public IssuerKeys(String issuer, @Nullable URI configured, FetchPace pace, Later thread, LongSupplier clock) {
        this.issuer = issuer;
        this.configured = configured;
        this.pace = pace;
        this.thread = thread;
        this.clock = clock;
        this.nextNanos = clock.getAsLong();
    }

    /** Seconds since they were fetched, -1 when they never were. */
    public long age() {
        return keys.isEmpty() ? -1 : (clock.getAsLong() - fetchedNanos) / 1_000_000_000L;
    }

    /** Tokens that wait for them. */
    public long waiting() {
        return room.size();
    }

    /** Seconds until they may be fetched again, at least one. */
    public long retrySeconds() {
        synchronized (room) {
            return Math.max(1, (nextNanos - clock.getAsLong() + 999_999_999L) / 1_000_000_000L);
        }
    }

    /** The keys that a token with this header may have been signed with. */
    public List<Key> of(JWSHeader header) {
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

    /** Fetches the keys again, if the pace allows it. */
    public void refresh() {
        synchronized (room) {
            if (!planned && nextNanos - clock.getAsLong() <= 0) {
                plan(Duration.ZERO);
            }
        }
    }

    /**
     * Waits for the next fetch, and causes it.
     *
     * @param asker whoever waits; when he leaves, he hears nothing
     * @param header of a token whose key is not known, or which names none
     * @param then is told when the wait is over, on the thread that fetches
     */
    public Wait await(Asker asker, JWSHeader header, Consumer<Fetched> then) {
        String name = header.getKeyID();
        synchronized (room) {
            long now = clock.getAsLong();
            long left = nextNanos - now;
            if (name != null && !of(header).isEmpty()) {
                return Wait.KNOWN;
            }
            if (name != null && left > 0 && missing.contains(name)) {
                return Wait.MISSING;
            }
            if (!planned && left > pace.patience().toNanos()) {
                return Wait.LATER;
            }
            if (!room.enter(new WaitingRoom.Waiter(asker, header, now, then))) {
                return Wait.CROWDED;
            }
            if (!planned) {
                plan(Duration.ofNanos(Math.max(0, left)));
            }
            return Wait.BEGUN;
        }
    }

    private void plan(Duration delay) {
        planned = true;
        thread.after(delay, this::fetch);
    }

    private void fetch() {
        long began = clock.getAsLong();
        Map<JWK, Key> before = keys;
        boolean fetched = false;
        try {
            take(ask(System.nanoTime() + pace.timeout().toNanos()));
            fetched = true;
            problem = "";
        } catch (IOException | RuntimeException | LinkageError e) {
            String why = String.valueOf(e.getMessage());
            if (!why.equals(problem)) {
                problem = why;
                BalancerEvents.keysNotFetched(issuer, why, !before.isEmpty());
            }
            found = null;
        } finally {
            end(began, before, fetched);
        }
    }

    private void end(long began, Map<JWK, Key> before, boolean fetched) {
        List<WaitingRoom.Waiter> told;
        synchronized (room) {
            planned = false;
            nextNanos = clock.getAsLong() + (fetched ? pace.pause() : pace.retry()).toNanos();
            told = room.empty();
            if (fetched) {
                remember(before, told, began);
            }
        }
        for (WaitingRoom.Waiter one : told) {
            Fetched what = one.sinceNanos() - began <= 0 ? Fetched.SINCE : Fetched.BEFORE;
            one.then().accept(fetched ? what : Fetched.NOTHING);
        }
    }

    /** Which names are those of no key, as far as anybody has asked. */
    private void remember(Map<JWK, Key> before, List<WaitingRoom.Waiter> waiters, long began) {
        Set<String> named = new HashSet<>();
        keys.keySet().forEach(key -> named.add(String.valueOf(key.getKeyID())));
        keys.keySet().stream()
                .filter(key -> !before.containsKey(key))
                .forEach(key -> missing.remove(String.valueOf(key.getKeyID())));
        for (JWK key : before.keySet()) {
            if (!named.contains(String.valueOf(key.getKeyID()))) {
                miss(key.getKeyID());
            }
        }
        for (WaitingRoom.Waiter one : waiters) {
            if (one.sinceNanos() - began <= 0 && of(one.header()).isEmpty()) {
                miss(one.header().getKeyID());
            }
        }
    }

    private void miss(@Nullable String name) {
        if (name == null || name.length() > MOST_NAME) {
            return;
        }
        if (missing.size() >= MOST_MISSING) {
            missing.remove(missing.iterator().next());
        }
        missing.add(name);
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
        KeySet set = KeySet.read(document);
        for (String line : set.ignored()) {
            if (!ignored.contains(line)) {
                BalancerEvents.keyIgnored(issuer, line);
            }
        }
        ignored = set.ignored();
        if (set.keys().isEmpty()) {
            throw new IOException(
                    "no public key that can be used (ignored: " + set.ignored().size() + ")");
        }
        Map<JWK, Key> before = keys;
        Map<JWK, Key> now = new LinkedHashMap<>();
        set.keys().forEach((named, open) -> {
            Key known = before.get(named);
            now.put(named, known == null ? new Key(open, new AtomicBoolean()) : known);
        });
        keys = Map.copyOf(now);
        fetchedNanos = clock.getAsLong();
        before.forEach((named, key) -> {
            if (!now.containsKey(named)) {
                key.withdrawn().set(true);
            }
        });
        if (!before.keySet().equals(now.keySet())) {
            BalancerEvents.keysFetched(issuer, now.size());
        }
    }
}
