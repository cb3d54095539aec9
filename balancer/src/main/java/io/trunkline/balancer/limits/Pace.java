package io.trunkline.balancer.limits;

import io.netty.channel.Channel;
import io.trunkline.protocol.jsonrpc.RequestIds;
import io.trunkline.protocol.session.Owner;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one connection says, counted at its address and at the principal that it speaks for. Remembers the principal
 * that was named last, so that its source is looked up once. Belongs to the connection's event loop.
 */
public final class Pace {
    /** A shorter pause would cost more than it slows down. */
    private static final long LEAST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final SourceLimits limits;
    private final Source address;
    private Owner owner = Owner.NOBODY;
    private @Nullable Source principal;

    /** The pace of this channel, which ends with it. */
    public Pace(Channel channel, SourceLimits limits) {
        this.limits = limits;
        this.address = Source.of(channel, limits);
        channel.closeFuture().addListener(closed -> forget());
    }

    /** Where the connection comes from. */
    public Source address() {
        return address;
    }

    /**
     * A message was read. Returns the nanoseconds after which the next one may be read; mostly 0. Each member of a
     * batch counts.
     */
    public long message(Owner by, byte[] message, long now) {
        int count = RequestIds.count(message);
        Source speaker = principal(by);
        long wait = address.messages(count, now);
        if (speaker != null) {
            wait = Math.max(wait, speaker.messages(count, now));
        }
        return wait == 0 ? 0 : Math.max(LEAST_PAUSE_NANOS, wait);
    }

    /** A session was asked for that there is none of. */
    public void unknownSession(Owner by, long now) {
        Source speaker = principal(by);
        address.unknownSession(now);
        if (speaker != null) {
            speaker.unknownSession(now);
        }
    }

    /**
     * Whether a session that is not here is to be refused unseen, because too many were asked for that there are none
     * of.
     */
    public boolean triesSessions(Owner by, long now) {
        Source speaker = principal(by);
        return address.triesSessions(now) || (speaker != null && speaker.triesSessions(now));
    }

    private @Nullable Source principal(Owner by) {
        if (!by.key().equals(owner.key())) {
            forget();
            owner = by;
            principal = limits.principal(address, by);
        }
        return principal;
    }

    private void forget() {
        Source known = principal;
        principal = null;
        owner = Owner.NOBODY;
        if (known != null) {
            known.release();
        }
    }
}
