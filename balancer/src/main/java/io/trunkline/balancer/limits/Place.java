package io.trunkline.balancer.limits;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One session's place at its address, and at its principal's if it has one. Thread-safe. */
public final class Place {
    private final Source address;
    private final @Nullable Source principal;
    private final SourceLimits limits;
    private volatile @Nullable Occupant occupant;
    private final AtomicBoolean left = new AtomicBoolean();

    Place(SourceLimits limits, Source address, @Nullable Source principal) {
        this.limits = limits;
        this.address = address;
        this.principal = principal;
    }

    Source address() {
        return address;
    }

    @Nullable
    Source principal() {
        return principal;
    }

    /** Says who has it; until then nobody is ended for it. */
    public void occupy(Occupant by) {
        occupant = by;
    }

    @Nullable
    Occupant occupant() {
        return occupant;
    }

    /**
     * Its session does not find a node that has room: an idle session of another source makes some, if there is one.
     */
    public void makeRoom() {
        limits.shed(address);
    }

    /** Whether nobody knows yet whose it is: its session was another balancer's, and its client has not come. */
    public boolean isAdopted() {
        return address == limits.adopted();
    }

    boolean isLeft() {
        return left.get();
    }

    /** Gives the place back; a second time has no effect. */
    public void leave() {
        if (left.compareAndSet(false, true)) {
            address.leave(this);
            if (principal != null) {
                principal.leave(this);
                principal.release();
            }
        }
    }
}
