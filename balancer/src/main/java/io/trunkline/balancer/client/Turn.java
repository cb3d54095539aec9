package io.trunkline.balancer.client;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;

/**
 * How much of one connection's input is served before its event loop looks at the others again. What the balancer
 * answers by itself waits for nobody, so that without this a client that pipelines would have the loop for as long as
 * it sends. Belongs to the connection's event loop.
 */
public final class Turn {
    /** Messages of a turn, when they are small. */
    public static final int MOST = 64;

    /** What a message costs grows with its size. */
    private static final int SMALL = 4 * 1024;

    private final Runnable next;
    private int served;
    private boolean over;

    /** @param next takes what waits, when {@link #isOver} does not hold any more */
    public Turn(Runnable next) {
        this.next = next;
    }

    /** A message, or a piece of one, of so many bytes is served. True when that ends the turn. */
    public boolean serve(int bytes, EventExecutor loop) {
        served += 1 + bytes / SMALL;
        if (over || served < MOST) {
            return false;
        }
        over = true;
        // Scheduled: what is merely executed comes before the loop looks at its sockets.
        loop.schedule(this::begin, 0, TimeUnit.NANOSECONDS);
        return true;
    }

    /** Whether nothing more is to be taken until the next turn. */
    public boolean isOver() {
        return over;
    }

    /** All that has come was looked at, so the next message is in another turn. */
    public void allRead() {
        if (!over) {
            served = 0;
        }
    }

    private void begin() {
        over = false;
        served = 0;
        next.run();
    }
}
