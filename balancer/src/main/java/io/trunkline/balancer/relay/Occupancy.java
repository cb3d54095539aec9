package io.trunkline.balancer.relay;

import io.trunkline.balancer.limits.Occupant;
import io.trunkline.balancer.limits.Place;
import io.trunkline.protocol.refusal.Reason;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client's session as its source sees it, which may end it while it is idle, and its place there. Belongs to the
 * event loop of the relay, but see {@link Occupant}.
 */
public final class Occupancy implements Occupant {
    private final Relay relay;
    private final Executor loop;
    private final Supplier<String> id;
    private final Consumer<Reason> ending;
    private @Nullable Place place;
    private long activeNanos = System.nanoTime();

    /**
     * A session without a place yet.
     *
     * @param loop runs tasks on the event loop of the relay
     * @param id of the session; empty while it has none
     * @param ending ends the session, on its event loop; nothing is done when it has ended already
     */
    public Occupancy(Relay relay, Executor loop, Supplier<String> id, Consumer<Reason> ending) {
        this.relay = relay;
        this.loop = loop;
        this.id = id;
        this.ending = ending;
    }

    /** Takes this place, and gives back the one that it had. */
    public void enter(Place own) {
        leave();
        place = own;
        own.occupy(this);
    }

    /** Gives its place back. */
    public void leave() {
        if (place != null) {
            place.leave();
        }
    }

    /** See {@link Place#makeRoom}. */
    public void makeRoom() {
        if (place != null) {
            place.makeRoom();
        }
    }

    /** See {@link Place#isAdopted}. */
    public boolean isAdopted() {
        return place != null && place.isAdopted();
    }

    /** Something is said, in either direction. */
    public void active() {
        activeNanos = System.nanoTime();
    }

    @Override
    public long activeNanos() {
        return activeNanos;
    }

    @Override
    public String session() {
        return id.get();
    }

    @Override
    public boolean busy() {
        return relay.busy();
    }

    @Override
    public void end(long idleNanos) {
        loop.execute(() -> {
            if (idleNanos == 0) {
                ending.accept(Reason.CLOSED);
            } else if (!busy() && System.nanoTime() - activeNanos > idleNanos) {
                ending.accept(Reason.IDLE);
            }
        });
    }
}
