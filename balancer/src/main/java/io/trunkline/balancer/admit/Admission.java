package io.trunkline.balancer.admit;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The bounds of the whole process: connections, and bytes of messages that have begun and not ended. Thread-safe. */
public final class Admission {
    private final int connectionLimit;
    private final long partialLimit;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong partialBytes = new AtomicLong();
    private volatile boolean closed;

    /**
     * Bounds that are not reached yet.
     *
     * @param connectionLimit connections at one time
     * @param partialLimit bytes of unfinished messages of all clients
     */
    public Admission(int connectionLimit, long partialLimit) {
        this.connectionLimit = connectionLimit;
        this.partialLimit = partialLimit;
    }

    /** Takes one more connection; false, and nothing changed, when there are too many or the process stops. */
    public boolean connect() {
        if (closed) {
            return false;
        }
        if (connections.incrementAndGet() > connectionLimit) {
            connections.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Undoes {@link #connect}. */
    public void disconnect() {
        connections.decrementAndGet();
    }

    /** Takes so many more bytes of an unfinished message; false, and nothing changed, when there would be too many. */
    public boolean hold(long bytes) {
        if (partialBytes.addAndGet(bytes) > partialLimit) {
            partialBytes.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    /** Undoes {@link #hold}. */
    public void release(long bytes) {
        partialBytes.addAndGet(-bytes);
    }

    /** From now on nobody is taken. */
    public void close() {
        closed = true;
    }

    /** Whether the process stops and takes nobody any more. */
    public boolean closed() {
        return closed;
    }

    /** Whether new connections are taken. */
    public boolean open() {
        return !closed && connections.get() < connectionLimit;
    }

    /** Connections now. */
    public int connections() {
        return connections.get();
    }

    /** The most connections. */
    public int connectionLimit() {
        return connectionLimit;
    }

    /** The most bytes of unfinished messages. */
    public long partialLimit() {
        return partialLimit;
    }

    /** Bytes of unfinished messages now. */
    public long partialBytes() {
        return partialBytes.get();
    }
}
