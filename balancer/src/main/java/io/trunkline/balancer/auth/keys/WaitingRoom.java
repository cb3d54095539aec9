package io.trunkline.balancer.auth.keys;

import com.nimbusds.jose.JWSHeader;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Those who wait for the keys of one issuer. There is room for so many, half of it for those of one source: whoever
 * makes up names of keys does not fill it for the others. Thread-safe.
 */
final class WaitingRoom {
    /**
     * One who waits.
     *
     * @param header of the token, which names the key
     * @param sinceNanos when he came, by the clock of the keys
     * @param then hears about the fetch
     */
    record Waiter(Asker asker, JWSHeader header, long sinceNanos, Consumer<IssuerKeys.Fetched> then) {}

    private final Set<Waiter> waiters = new LinkedHashSet<>();
    private final Map<Object, Integer> bySource = new HashMap<>();
    private final int most;

    WaitingRoom(int most) {
        this.most = most;
    }

    /** Lets somebody wait; false when there is no room, or he has left. */
    synchronized boolean enter(Waiter waiter) {
        Object source = waiter.asker().source();
        if (waiters.size() >= most || bySource.getOrDefault(source, 0) >= (most + 1) / 2) {
            return false;
        }
        if (!waiter.asker().whenGone(() -> leave(waiter))) {
            return false;
        }
        if (waiters.add(waiter)) {
            bySource.merge(source, 1, Integer::sum);
        }
        return true;
    }

    private synchronized void leave(Waiter waiter) {
        if (waiters.remove(waiter)) {
            bySource.computeIfPresent(waiter.asker().source(), (source, count) -> count == 1 ? null : count - 1);
        }
    }

    /** All who have waited; nobody does any more. */
    synchronized List<Waiter> empty() {
        List<Waiter> all = List.copyOf(waiters);
        all.forEach(one -> one.asker().whenGone(() -> {}));
        waiters.clear();
        bySource.clear();
        return all;
    }

    synchronized int size() {
        return waiters.size();
    }
}
