package io.trunkline.node.mcp.catalog;

import io.trunkline.node.modules.LeftOut;
import io.trunkline.node.modules.LeftOuts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * What all providers of one kind offer, as a list that is replaced as a whole when one of them changes. What cannot be
 * used when the node starts is left out, alone, and so is what a failing provider may have had; later a change that
 * brings such a thing is refused. Thread-safe.
 *
 * @param <P> the kind of provider
 * @param <I> what it provides
 * @param <T> the same, as the server needs it
 */
public final class Offers<P, I, T extends Registered<I>> {

    private final String kind;
    private final String member;
    private final int pageSize;
    private final Function<P, ? extends Collection<I>> ask;
    private final Function<I, String> name;
    private final Function<I, T> register;
    private final LeftOuts leftOuts;
    private final List<P> providers;
    /** One for each provider, in their order. Replaced under the lock. */
    private volatile List<Answer<I, T>> offered;

    private final AtomicLong questions = new AtomicLong();
    /** For each provider, the number of the question whose answer is offered. */
    private final long[] answered;

    private volatile Listing<T> listing;

    /** Kept together so that what a provider offers again need not be made again. */
    private record Offered<I, T>(I item, T registered) {}

    /** What a provider offers, and what of it cannot be used. */
    private record Answer<I, T>(List<Offered<I, T>> offered, List<LeftOut> leftOut) {

        boolean leavesOut(String name) {
            return leftOut.stream().anyMatch(one -> one.name().equals(name));
        }
    }

    /**
     * Asks all providers.
     *
     * @param kind of one thing, for errors
     * @param member the list's name in results
     * @param ask gives what a provider offers
     * @param name of one thing
     * @param register checks and compiles it
     * @param leftOuts is told what cannot be used
     * @throws IllegalArgumentException when something is offered twice
     */
    public Offers(
            String kind,
            String member,
            int pageSize,
            List<P> providers,
            Function<P, ? extends Collection<I>> ask,
            Function<I, String> name,
            Function<I, T> register,
            LeftOuts leftOuts) {
        this.kind = kind;
        this.member = member;
        this.pageSize = pageSize;
        this.providers = List.copyOf(providers);
        this.ask = ask;
        this.name = name;
        this.register = register;
        this.leftOuts = leftOuts;
        this.answered = new long[this.providers.size()];
        this.offered =
                this.providers.stream().map(provider -> askedFirst(provider)).toList();
        this.listing = joined(offered);
        for (int i = 0; i < offered.size(); i++) {
            tell(i, offered.get(i));
        }
    }

    public Listing<T> listing() {
        return listing;
    }

    /** Whether there is, or can be, anything at all. */
    boolean any(boolean mayChange) {
        return mayChange || !listing.items().isEmpty();
    }

    /**
     * Asks one provider again. No lock is held meanwhile, for providers have locks of their own.
     *
     * @throws IllegalArgumentException like the constructor, and when the provider fails or offers what cannot be used
     *     and was not left out before; the list stays as it was
     */
    public void refresh(P provider) {
        long question = questions.incrementAndGet();
        int index = providers.indexOf(provider);
        offer(index, question, asked(provider, offered.get(index)));
    }

    private synchronized void offer(int provider, long question, Answer<I, T> answer) {
        if (question < answered[provider]) {
            // Who was asked later has answered before, and knew all that led to this question.
            return;
        }
        List<Answer<I, T>> next = new ArrayList<>(offered);
        next.set(provider, answer);
        listing = joined(next);
        offered = next;
        answered[provider] = question;
        tell(provider, answer);
    }

    private void tell(int provider, Answer<I, T> answer) {
        leftOuts.replace(kind + " " + provider, answer.leftOut());
    }

    private Answer<I, T> askedFirst(P provider) {
        List<Offered<I, T>> usable = new ArrayList<>();
        List<LeftOut> broken = new ArrayList<>();
        try {
            for (I item : ask.apply(provider)) {
                try {
                    usable.add(new Offered<>(item, register.apply(item)));
                } catch (RuntimeException | LinkageError e) {
                    broken.add(new LeftOut(kind, name.apply(item), owner(provider), String.valueOf(e.getMessage())));
                }
            }
        } catch (RuntimeException | LinkageError e) {
            broken.add(new LeftOut(kind, "*", owner(provider), e.toString()));
        }
        return new Answer<>(usable, broken);
    }

    private Answer<I, T> asked(P provider, Answer<I, T> before) {
        IdentityHashMap<I, T> known = new IdentityHashMap<>();
        before.offered().forEach(one -> known.put(one.item(), one.registered()));
        List<LeftOut> broken = new ArrayList<>();
        try {
            List<Offered<I, T>> now = new ArrayList<>();
            for (I item : ask.apply(provider)) {
                T again = known.get(item);
                try {
                    now.add(new Offered<>(item, again == null ? register.apply(item) : again));
                } catch (RuntimeException e) {
                    if (!before.leavesOut(name.apply(item))) {
                        throw e;
                    }
                    broken.add(new LeftOut(kind, name.apply(item), owner(provider), String.valueOf(e.getMessage())));
                }
            }
            return new Answer<>(now, broken);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(kind + "s of " + owner(provider) + ": " + e.getMessage(), e);
        }
    }

    private static String owner(Object provider) {
        return provider.getClass().getName();
    }

    private Listing<T> joined(List<Answer<I, T>> all) {
        TreeMap<String, T> items = new TreeMap<>();
        TreeMap<String, String> owners = new TreeMap<>();
        for (int i = 0; i < all.size(); i++) {
            String owner = owner(providers.get(i));
            for (Offered<I, T> one : all.get(i).offered()) {
                T item = one.registered();
                String other = owners.putIfAbsent(item.lookup(), owner);
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
