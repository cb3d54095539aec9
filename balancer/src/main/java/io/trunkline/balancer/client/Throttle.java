package io.trunkline.balancer.client;

import io.netty.util.concurrent.EventExecutor;
import io.trunkline.balancer.limits.Pace;
import io.trunkline.protocol.session.Owner;
import java.util.concurrent.TimeUnit;

/**
 * Lets a client wait whose source says more than it may: it is not read for a while. Belongs to the channel's event
 * loop.
 */
public final class Throttle {
    private final Pace pace;
    private final EventExecutor loop;
    private final Runnable released;
    private boolean on;

    /**
     * Nobody waits yet.
     *
     * @param released is told when a client that waited may be read again
     */
    public Throttle(Pace pace, EventExecutor loop, Runnable released) {
        this.pace = pace;
        this.loop = loop;
        this.released = released;
    }

    /** What the client may say. */
    public Pace pace() {
        return pace;
    }

    /** Whether the client waits. */
    public boolean on() {
        return on;
    }

    /** Counts a message. True when the client begins to wait with it. */
    public boolean message(Owner by, byte[] message) {
        long wait = pace.message(by, message, System.nanoTime());
        if (wait == 0 || on) {
            return false;
        }
        on = true;
        loop.schedule(this::release, wait, TimeUnit.NANOSECONDS);
        return true;
    }

    private void release() {
        on = false;
        released.run();
    }
}
