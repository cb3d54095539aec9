package io.trunkline.node.guard;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The losses of one tool and the circuits that they have opened: one for each principal, and one for all of them when
 * several principals have lost nodes with it. Guarded by its owner's lock.
 */
final class ToolLosses {
    /** The circuit of all principals. */
    static final String ANYBODY = "*";

    /** Calls of many clients are lost with one node at about the same time: they tell of one loss. */
    private static final Duration SAME_LOSS = Duration.ofSeconds(1);

    /** Losses that are remembered; the oldest are forgotten first. */
    private static final int MOST = 64;

    private record Loss(String principal, String node, int times, long atNanos) {}

    /** Open until then; later, one call is tried at a time. */
    private static final class Circuit {
        long untilNanos;

        Circuit(long untilNanos) {
            this.untilNanos = untilNanos;
        }
    }

    private final CircuitSettings settings;
    private final Deque<Loss> losses = new ArrayDeque<>();
    private final Map<String, Circuit> circuits = new HashMap<>();

    ToolLosses(CircuitSettings settings) {
        this.settings = settings;
    }

    /**
     * What has come of a loss.
     *
     * @param counted false when it was known
     * @param opened whose circuit has opened, which may be {@link #ANYBODY}; null when none has
     */
    record Added(boolean counted, @Nullable String opened) {}

    /** Counts losses. */
    Added add(String principal, String node, int times, long now) {
        expire(now);
        Loss same = same(principal, node, now);
        if (same != null && same.times >= times) {
            return new Added(false, null);
        }
        if (same != null) {
            losses.remove(same);
        }
        losses.add(new Loss(principal, node, times, now));
        if (losses.size() > MOST) {
            losses.remove();
        }
        if (of(principal) >= settings.losses()) {
            return new Added(true, open(principal, now));
        }
        boolean several = losses.stream().map(Loss::principal).distinct().count() > 1;
        return new Added(true, several && ofAll() >= settings.losses() ? open(ANYBODY, now) : null);
    }

    private @Nullable Loss same(String principal, String node, long now) {
        for (Loss loss : losses) {
            if (loss.principal.equals(principal) && sameNode(loss, node, now)) {
                return loss;
            }
        }
        return null;
    }

    private static boolean sameNode(Loss loss, String node, long now) {
        return loss.node.equals(node) && now - loss.atNanos < SAME_LOSS.toNanos();
    }

    private int of(String principal) {
        return losses.stream()
                .filter(loss -> loss.principal.equals(principal))
                .mapToInt(Loss::times)
                .sum();
    }

    /** A node that was lost with calls of several principals counts once. */
    private int ofAll() {
        int sum = 0;
        Deque<Loss> counted = new ArrayDeque<>();
        for (Loss loss : losses) {
            if (counted.stream().noneMatch(other -> sameNode(other, loss.node, loss.atNanos))) {
                counted.add(loss);
                sum += loss.times;
            }
        }
        return sum;
    }

    private @Nullable String open(String whose, long now) {
        Circuit known = circuits.get(whose);
        boolean isOpen = known != null && known.untilNanos - now > 0;
        circuits.put(whose, new Circuit(now + settings.open().toNanos()));
        return isOpen ? null : whose;
    }

    /** How long calls of this principal are still refused, in nanoseconds; 0 for one that may be tried now. */
    long refusedFor(String principal, long now) {
        return Math.max(refusedBy(principal, now), refusedBy(ANYBODY, now));
    }

    private long refusedBy(String whose, long now) {
        Circuit circuit = circuits.get(whose);
        if (circuit == null) {
            return 0;
        }
        long left = circuit.untilNanos - now;
        if (left <= 0) {
            // Half open: this call is tried, and no other one for as long again unless it ends.
            circuit.untilNanos = now + settings.open().toNanos();
        }
        return Math.max(0, left);
    }

    /**
     * A call of this principal has ended and left its node alive: what is known of calls that were lost once, perhaps
     * for reasons of their nodes, is forgotten, and circuits are closed.
     *
     * @return whether a circuit was closed
     */
    boolean ended(String principal) {
        losses.removeIf(loss -> loss.principal.equals(principal) && loss.times < 2);
        boolean own = circuits.remove(principal) != null;
        boolean closed = circuits.remove(ANYBODY) != null || own;
        if (closed) {
            losses.removeIf(loss -> loss.principal.equals(principal));
        }
        return closed;
    }

    /** Whether there is nothing to be remembered any more. */
    boolean isEmpty(long now) {
        expire(now);
        long longAgo = 2 * settings.open().toNanos();
        circuits.values().removeIf(circuit -> now - circuit.untilNanos > longAgo);
        return losses.isEmpty() && circuits.isEmpty();
    }

    private void expire(long now) {
        long within = settings.within().toNanos();
        losses.removeIf(loss -> now - loss.atNanos > within);
    }
}
