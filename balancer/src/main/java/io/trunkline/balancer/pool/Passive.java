package io.trunkline.balancer.pool;

/**
 * What a server's answers say of it. After too many failures it is <em>out</em>: left alone for a while, then tried by
 * one request, whose end decides. Thread-safe; a success costs one volatile read while there is nothing to make up for.
 */
final class Passive {
    /**
     * What a failure counts; a success takes one back. So a server that fails a fifth of its requests or less stays in.
     */
    private static final int FAILURE = 4;

    private final int most;
    private final long timeoutNanos;
    private volatile int score;
    private volatile boolean out;
    private volatile long until;
    private long failedNanos;
    private long triedNanos;

    Passive(PassiveSettings settings) {
        this.most = settings.maxFails() * FAILURE;
        this.timeoutNanos = settings.failTimeout().toNanos();
    }

    /** The server failed; true when that puts it out, or keeps it out for another while. */
    synchronized boolean failed(long now) {
        if (most == 0 || (out && now - until < 0)) {
            return false;
        }
        if (!out && now - failedNanos > timeoutNanos) {
            score = 0;
        }
        failedNanos = now;
        score = Math.min(most, score + FAILURE);
        if (score < most) {
            return false;
        }
        out = true;
        until = now + timeoutNanos;
        triedNanos = now;
        return true;
    }

    /** The server answered; true when that brings it back. An answer that was asked for before it was out does not. */
    boolean succeeded(long now) {
        return score != 0 && makeUp(now);
    }

    private synchronized boolean makeUp(long now) {
        if (!out) {
            score = Math.max(0, score - 1);
            return false;
        }
        if (now - until < 0) {
            return false;
        }
        out = false;
        score = 0;
        return true;
    }

    /** Whether it is left alone, or waits to be tried. */
    boolean out() {
        return out;
    }

    /** When it may be tried; only of use while it is out. */
    long until() {
        return until;
    }

    /**
     * Takes the one try; true for one caller. One that is never heard of again makes room for another after a while.
     */
    synchronized boolean tryOnce(long now) {
        boolean mine = out && now - until >= 0 && now - triedNanos >= timeoutNanos;
        if (mine) {
            triedNanos = now;
        }
        return mine;
    }
}
