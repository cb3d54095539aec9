package io.trunkline.balancer.auth.keys;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Somebody who has asked something, and who may leave before he is answered. Thread-safe. */
public final class Asker {
    private final Object source;
    private boolean gone;
    private @Nullable Runnable leave;

    /**
     * Somebody who has just come.
     *
     * @param source where from; those of one source share what one source may have
     */
    public Asker(Object source) {
        this.source = source;
    }

    /**
     * The source of what comes from an address: the address, or of IPv6 the first 64 bits, which are one customer's.
     */
    public static Object source(@Nullable SocketAddress remote) {
        InetAddress address = remote instanceof InetSocketAddress inet ? inet.getAddress() : null;
        if (address instanceof Inet6Address six) {
            return ByteBuffer.wrap(six.getAddress()).getLong();
        }
        return address == null ? "" : address;
    }

    Object source() {
        return source;
    }

    /** Wants no answer any more. */
    public void leave() {
        Runnable task;
        synchronized (this) {
            gone = true;
            task = leave;
            leave = null;
        }
        if (task != null) {
            task.run();
        }
    }

    /**
     * What is to be done when he leaves, instead of what was said before.
     *
     * @return false when he has left already
     */
    synchronized boolean whenGone(Runnable task) {
        leave = gone ? null : task;
        return !gone;
    }
}
