package io.trunkline.protocol.trunk;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one port that have proved nothing yet. Two rooms of the same size: one for the addresses of known
 * members, one for all others. When a room is full, its oldest connection is closed for the newest one: a handshake
 * takes milliseconds, so whoever has said nothing for longest is the least likely to prove anything. Usable from any
 * thread.
 */
public final class Strangers {
    private final int limit;
    private final Deque<Channel> known = new ArrayDeque<>();
    private final Deque<Channel> others = new ArrayDeque<>();
    private volatile Set<InetAddress> members = Set.of();
    private long gaveWay;

    /** At most {@code limit} connections in each room. */
    public Strangers(int limit) {
        this.limit = limit;
    }

    /** The addresses that have a room of their own from now on. */
    public void members(Collection<InetAddress> addresses) {
        members = Set.copyOf(new HashSet<>(addresses));
    }

    /** Takes a connection in until it {@linkplain #leave leaves} or is closed. May close an older one. */
    public void enter(Channel channel) {
        Channel oldest = null;
        synchronized (this) {
            Deque<Channel> room = isMember(channel) ? known : others;
            if (room.size() >= limit) {
                oldest = room.pollFirst();
                gaveWay++;
            }
            room.addLast(channel);
        }
        channel.closeFuture().addListener(closed -> leave(channel));
        if (oldest != null) {
            oldest.close();
        }
    }

    /** A connection is no stranger any more. */
    public synchronized void leave(Channel channel) {
        if (!others.remove(channel)) {
            known.remove(channel);
        }
    }

    /** Strangers that are connected now. */
    public synchronized int count() {
        return known.size() + others.size();
    }

    /** Connections that were closed for newer ones. */
    public synchronized long gaveWay() {
        return gaveWay;
    }

    private boolean isMember(Channel channel) {
        @Nullable
        InetAddress address = channel.remoteAddress() instanceof InetSocketAddress remote ? remote.getAddress() : null;
        return address != null && members.contains(address);
    }
}
