package io.trunkline.balancer.auth;

import io.trunkline.protocol.frame.Bytes;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What has been thought of tokens, by their digests. Bounded; thread-safe. */
final class VerdictCache<V extends Verdict> {
    /** Time between two searches for what is over. */
    private static final long SWEEP_NANOS = 1_000_000_000L;

    private record Entry<V>(V verdict, long endNanos) {}

    private final Map<Bytes, Entry<V>> entries = new ConcurrentHashMap<>();
    private final AtomicLong sweptNanos = new AtomicLong(System.nanoTime());
    private final int most;
    private final long nanos;

    /**
     * An empty one.
     *
     * @param most entries
     * @param nanos how long an entry stays
     */
    VerdictCache(int most, long nanos) {
        this.most = most;
        this.nanos = nanos;
    }

    @Nullable
    V find(Bytes digest, long now) {
        Entry<V> entry = entries.get(digest);
        return entry == null || over(entry, now) ? null : entry.verdict();
    }

    void put(Bytes digest, V verdict, long now) {
        if (entries.size() >= most) {
            makeRoom(now);
        }
        entries.put(digest, new Entry<>(verdict, now + nanos));
    }

    /** Forgets what is over, if nobody has looked lately; otherwise any one entry. */
    private void makeRoom(long now) {
        long swept = sweptNanos.get();
        if (now - swept > SWEEP_NANOS && sweptNanos.compareAndSet(swept, now)) {
            entries.values().removeIf(entry -> over(entry, now));
        }
        Iterator<Bytes> any = entries.keySet().iterator();
        while (entries.size() >= most && any.hasNext()) {
            any.next();
            any.remove();
        }
    }

    private static boolean over(Entry<?> entry, long now) {
        return now - entry.endNanos() >= 0 || (entry.verdict() instanceof Grant grant && grant.over(now));
    }

    int size() {
        return entries.size();
    }
}
