package io.trunkline.balancer.admit;

import io.trunkline.balancer.limits.SourceLimits;
import io.trunkline.protocol.refusal.Reason;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The bound of the whole process on connections. Thread-safe. */
public final class Admission {
    private final int connectionLimit;
    private final SourceLimits sources;
    private final AtomicInteger connections = new AtomicInteger();
    private volatile boolean closed;

    /**
     * A bound that is not reached yet.
     *
     * @param connectionLimit connections at one time
     */
    public Admission(int connectionLimit) {
        this(connectionLimit, SourceLimits.none());
    }

    /**
     * The same, with bounds of each source of clients.
     *
     * @param sources of these clients
     */
    public Admission(int connectionLimit, SourceLimits sources) {
        this.connectionLimit = connectionLimit;
        this.sources = sources;
    }

    /** The bounds of each source of clients. */
    public SourceLimits sources() {
        return sources;
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

    /** Takes one more connection; null, or why there is none taken. */
    public @Nullable Reason refusal() {
        return connect() ? null : closed ? Reason.SHUTTING_DOWN : Reason.BALANCER_FULL;
    }

    /** Undoes {@link #connect}. */
    public void disconnect() {
        connections.decrementAndGet();
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
}
