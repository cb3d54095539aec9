package io.trunkline.balancer.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/** Since when a client has not taken a byte of what waits for it. Belongs to the channel's event loop. */
public final class Stall {
    private boolean unwritable;
    private long sinceNanos;
    private long waitingBytes;

    /** The channel's writability has changed. */
    public void changed(Channel channel) {
        unwritable = !channel.isWritable();
        sinceNanos = System.nanoTime();
        waitingBytes = waiting(channel);
    }

    /** Whether the client takes nothing for now. */
    public boolean unwritable() {
        return unwritable;
    }

    /** How many nanoseconds it has lasted; 0 when the client takes what it is sent. */
    public long lasts(Channel channel, long now) {
        if (!unwritable) {
            return 0;
        }
        long waiting = waiting(channel);
        if (waiting < waitingBytes) {
            waitingBytes = waiting;
            sinceNanos = now;
        }
        return Math.max(0, now - sinceNanos);
    }

    private static long waiting(Channel channel) {
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        return out == null ? 0 : out.totalPendingWriteBytes() - out.currentProgress();
    }
}
