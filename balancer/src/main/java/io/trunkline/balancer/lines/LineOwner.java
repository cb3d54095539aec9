package io.trunkline.balancer.lines;

import io.netty.channel.Channel;
import io.trunkline.balancer.auth.Grant;
import io.trunkline.balancer.auth.ScopeGate;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Whose client it is that speaks lines over TLS, what it may say, and what it is to be told by the balancer itself as
 * soon as the message ends that its node is sending. Belongs to the client's event loop.
 */
final class LineOwner {
    /** Answers that may wait for the end of a message; whoever causes more does not read. */
    private static final int MOST_UNSAID = 64;

    /** Tells whose client is at the other end of a channel; null when that is not shown. */
    @FunctionalInterface
    interface Finder {
        @Nullable
        LineOwner find(Channel channel);
    }

    private final Grant grant;
    private final ScopeGate gate;
    private final Deque<byte[]> unsaid = new ArrayDeque<>(0);

    LineOwner(Grant grant, ScopeGate gate) {
        this.grant = grant;
        this.gate = gate;
    }

    Grant grant() {
        return grant;
    }

    /** See {@link ScopeGate#refusal}. */
    byte @Nullable [] refusal(byte[] message) {
        return gate.refusal(grant, message);
    }

    /** Keeps an answer until {@link #next} is asked for it; false when there are too many. */
    boolean later(byte[] answer) {
        return unsaid.size() < MOST_UNSAID && unsaid.add(answer);
    }

    /** The oldest answer that has been kept, or null. */
    byte @Nullable [] next() {
        return unsaid.poll();
    }
}
