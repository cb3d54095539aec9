package io.trunkline.node.mcp;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * What all providers of one kind offer, as a list that is replaced as a whole when one of them changes. Thread-safe.
 *
 * @param <P> the kind of provider
 * @param <T> what it provides, as the server needs it
 */
final class Offers<P, T extends Listed> {

    private final String kind;
    private final String member;
    private final int pageSize;
    private final Function<P, ? extends Collection<T>> ask;
    private final List<P> providers;
    /** One for each provider, in their order. */
    private List<Collection<T>> offered;

    private final AtomicLong questions = new AtomicLong();
    /** For each provider, the number of the question whose answer is offered. */
    private final long[] answered;

    private volatile Listing<T> listing;

    /**
     * Asks all providers.
     *
     * @param kind of one thing, for errors
     * @param member the list's name in results
     * @param ask gives what a provider offers, checked and compiled
     * @throws IllegalArgumentException when something is offered twice, or a provider fails
     */
    Offers(String kind, String member, int pageSize, List<P> providers, Function<P, ? extends Collection<T>> ask) {
        this.kind = kind;
        this.member = member;
        this.pageSize = pageSize;
        this.providers = List.copyOf(providers);
        this.ask = ask;
        this.answered = new long[this.providers.size()];
        this.offered = this.providers.stream().map(this::asked).toList();
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
        offer(providers.indexOf(provider), question, asked(provider));
    }

    private synchronized void offer(int provider, long question, Collection<T> answer) {
        if (question < answered[provider]) {
            // Who was asked later has answered before, and knew all that led to this question.
            return;
        }
        List<Collection<T>> next = new ArrayList<>(offered);
        next.set(provider, answer);
        listing = joined(next);
        offered = next;
        answered[provider] = question;
    }

    private Collection<T> asked(P provider) {
        try {
            return ask.apply(provider);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    kind + "s of " + provider.getClass().getName() + ": " + e.getMessage(), e);
        }
    }

    private Listing<T> joined(List<Collection<T>> all) {
        TreeMap<String, T> items = new TreeMap<>();
        TreeMap<String, String> owners = new TreeMap<>();
        for (int i = 0; i < all.size(); i++) {
            String owner = providers.get(i).getClass().getName();
            for (T item : all.get(i)) {
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
