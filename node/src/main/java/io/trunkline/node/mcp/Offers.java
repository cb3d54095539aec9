package io.trunkline.node.mcp;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * What all providers of one kind offer, as a list that is replaced as a whole when one of them changes. Thread-safe.
 *
 * @param <P> the kind of provider
 * @param <I> what it provides
 * @param <T> the same, as the server needs it
 */
final class Offers<P, I, T extends Listed> {

    private final String kind;
    private final String member;
    private final int pageSize;
    private final Function<P, ? extends Collection<I>> ask;
    private final Function<I, T> register;
    private final List<P> providers;
    /** One for each provider, in their order. Replaced under the lock. */
    private volatile List<List<Offered<I, T>>> offered;

    private final AtomicLong questions = new AtomicLong();
    /** For each provider, the number of the question whose answer is offered. */
    private final long[] answered;

    private volatile Listing<T> listing;

    /** Kept together so that what a provider offers again need not be made again. */
    private record Offered<I, T>(I item, T registered) {}

    /**
     * Asks all providers.
     *
     * @param kind of one thing, for errors
     * @param member the list's name in results
     * @param ask gives what a provider offers
     * @param register checks and compiles it
     * @throws IllegalArgumentException when something is offered twice, or a provider fails
     */
    Offers(
            String kind,
            String member,
            int pageSize,
            List<P> providers,
            Function<P, ? extends Collection<I>> ask,
            Function<I, T> register) {
        this.kind = kind;
        this.member = member;
        this.pageSize = pageSize;
        this.providers = List.copyOf(providers);
        this.ask = ask;
        this.register = register;
        this.answered = new long[this.providers.size()];
        this.offered = this.providers.stream()
                .map(provider -> asked(provider, List.of()))
                .toList();
        this.listing = joined(offered);
    }

    Listing<T> listing() {
        return listing;
    }

    /** Whether there is, or can be, anything at all. */
    boolean any(boolean mayChange) {
        return mayChange || !listing.items().isEmpty();
    }

    /**
     * Asks one provider again. No lock is held meanwhile, for providers have locks of their own.
     *
     * @throws IllegalArgumentException like the constructor; the list stays as it was
     */
    void refresh(P provider) {
        long question = questions.incrementAndGet();
        int index = providers.indexOf(provider);
        offer(index, question, asked(provider, offered.get(index)));
    }

    private synchronized void offer(int provider, long question, List<Offered<I, T>> answer) {
        if (question < answered[provider]) {
            // Who was asked later has answered before, and knew all that led to this question.
            return;
        }
        List<List<Offered<I, T>>> next = new ArrayList<>(offered);
        next.set(provider, answer);
        listing = joined(next);
        offered = next;
        answered[provider] = question;
    }

    private List<Offered<I, T>> asked(P provider, List<Offered<I, T>> before) {
        IdentityHashMap<I, T> known = new IdentityHashMap<>();
        before.forEach(one -> known.put(one.item(), one.registered()));
        try {
            List<Offered<I, T>> now = new ArrayList<>();
            for (I item : ask.apply(provider)) {
                T again = known.get(item);
                now.add(new Offered<>(item, again == null ? register.apply(item) : again));
            }
            return now;
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    kind + "s of " + provider.getClass().getName() + ": " + e.getMessage(), e);
        }
    }

    private Listing<T> joined(List<List<Offered<I, T>>> all) {
        TreeMap<String, T> items = new TreeMap<>();
        TreeMap<String, String> owners = new TreeMap<>();
        for (int i = 0; i < all.size(); i++) {
            String owner = providers.get(i).getClass().getName();
            for (Offered<I, T> one : all.get(i)) {
                T item = one.registered();
                String other = owners.putIfAbsent(item.key(), owner);
                if (other != null) {
                    throw new IllegalArgumentException(kind + " " + item.key() + ": offered by " + other + " and by "
                            + owner + " (expected: once)");
                }
                items.put(item.key(), item);
            }
        }
        return new Listing<>(member, items, pageSize);
    }
}
