package io.trunkline.balancer.auth;

import io.trunkline.protocol.session.Owner;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** Who somebody is, what he may do and until when. Thread-safe. */
public final class Grant implements Verdict {
    /** Nothing is believed for longer at a time. */
    private static final Duration LONGEST = Duration.ofDays(30);

    private final Owner owner;
    private final Set<String> scopes;
    private final boolean ends;
    private final long endNanos;
    private final AtomicBoolean revoked;

    private Grant(Principal principal, Set<String> scopes, boolean ends, long endNanos, AtomicBoolean revoked) {
        this.owner = principal.owner();
        this.scopes = Set.copyOf(scopes);
        this.ends = ends;
        this.endNanos = endNanos;
        this.revoked = revoked;
    }

    /** One that holds until it is revoked. */
    static Grant unlimited(Principal principal, Set<String> scopes) {
        return new Grant(principal, scopes, false, 0, new AtomicBoolean());
    }

    /**
     * One that holds for so long from now on.
     *
     * @param revoked becomes true when all that was granted for the same reason holds no more
     */
    static Grant lasting(Principal principal, Set<String> scopes, Duration time, AtomicBoolean revoked) {
        Duration bounded = time.compareTo(LONGEST) > 0 ? LONGEST : time.isNegative() ? Duration.ZERO : time;
        return new Grant(principal, scopes, true, System.nanoTime() + bounded.toNanos(), revoked);
    }

    /** What the node of a session is told of whose it is. */
    public Owner owner() {
        return owner;
    }

    /** {@link Principal#key()}. */
    public String key() {
        return owner.key();
    }

    public Set<String> scopes() {
        return scopes;
    }

    /** Whether it holds no more, at this time of {@link System#nanoTime()}. */
    public boolean over(long now) {
        return revoked.get() || (ends && now - endNanos >= 0);
    }

    void revoke() {
        revoked.set(true);
    }
}
