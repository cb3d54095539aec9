package io.trunkline.balancer.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DuplexChannel;
import io.trunkline.balancer.tls.LastWords;
import java.util.concurrent.TimeUnit;

/**
 * The end of a connection whose client is told why. A close with input unread would be a reset, which may overtake the
 * last words: so the client is read on for a while, and what it says is thrown away. Belongs to the channel's event
 * loop.
 */
public final class Closing {
    /** How long a client that has been told may take to close. */
    public static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private boolean begun;
    private boolean told;
    private boolean inputEnded;
    private long sinceNanos;

    /** Nothing that the client says counts any more. */
    public void begin() {
        begun = true;
        sinceNanos = System.nanoTime();
    }

    /** Whether nothing that the client says counts. */
    public boolean begun() {
        return begun;
    }

    /** The client says nothing more: it need not be read on. */
    public void inputEnded(Channel channel) {
        inputEnded = true;
        if (told) {
            channel.close();
        }
    }

    /** Says nothing more once these words are out. */
    public void after(ChannelFuture words, Channel channel) {
        words.addListener(done -> {
            told = true;
            sinceNanos = System.nanoTime();
            if (done.isSuccess() && !inputEnded) {
                endOutput(channel);
            } else {
                channel.close();
            }
        });
    }

    /** Nothing more is said; what the client still says is read. */
    private static void endOutput(Channel channel) {
        if (!LastWords.say(channel)) {
            if (channel instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
            } else {
                channel.close();
                return;
            }
        }
        channel.config().setAutoRead(true);
    }

    /**
     * Closes the connection when its client has had its time: this patience until it has been told, a little
     * afterwards.
     */
    public void tick(Channel channel, long now, long patienceNanos) {
        if (now - sinceNanos > (told ? LINGER_NANOS : patienceNanos)) {
            channel.close();
        }
    }
}
