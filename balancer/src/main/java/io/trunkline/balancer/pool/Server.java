package io.trunkline.balancer.pool;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One server of a pool: where it is, what it has to do, and how it does.
 *
 * <p>{@link Pool#choose} gives it out with a place taken: whoever gets it calls {@link #givenBack} exactly once, when
 * the request is done or the connection closed, and before that at most once {@link #succeeded} or {@link #failed}.
 * Usable from any thread, without a lock unless it fails.
 */
public final class Server {
    /** Who is told of a server; from any thread. */
    interface Watcher {
        /** Whether it gets requests, or how many, may have changed. */
        void changed(Server server, String why);

        /** It has a place again that may have been the last one. */
        void freed();
    }

    private final String token;
    private final long seed;
    private final Watcher watcher;
    private final LongSupplier clock;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final LongAdder taken = new LongAdder();
    private final LongAdder succeeded = new LongAdder();
    private final LongAdder answerNanos = new LongAdder();
    private final Map<Failure, LongAdder> failures = new ConcurrentHashMap<>();
    private volatile ServerSettings settings;
    private volatile Passive passive;
    private volatile @Nullable InetSocketAddress address;
    private volatile ServerState wanted = ServerState.UP;
    private volatile boolean checkedDown;
    private volatile boolean gone;
    private volatile int weight;
    private volatile long cameUpNanos;
    private volatile boolean cameUp;

    Server(ServerSettings settings, PassiveSettings passive, String token, Watcher watcher, LongSupplier clock) {
        this.token = token;
        this.seed = Rendezvous.hash(settings.name());
        this.watcher = watcher;
        this.clock = clock;
        this.settings = settings;
        this.weight = settings.weight();
        this.passive = new Passive(passive);
        this.address = literal(settings);
    }

    /** An address that needs no looking up. */
    private static @Nullable InetSocketAddress literal(ServerSettings settings) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(settings.host());
        try {
            return bytes == null ? null : new InetSocketAddress(InetAddress.getByAddress(bytes), settings.port());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    public String name() {
        return settings.name();
    }

    /** The address or name as configured. */
    public String host() {
        return settings.host();
    }

    public int port() {
        return settings.port();
    }

    /** What to connect to; null while its name has not been looked up. A server without one is never chosen. */
    public @Nullable InetSocketAddress address() {
        return address;
    }

    /** Opaque, visible ASCII, the same through every balancer of the cluster: for cookies and session ids. */
    public String token() {
        return token;
    }

    /**
     * Whether it gets requests, as far as it is concerned: its pool may still send some to one that only failed some.
     */
    public ServerState state() {
        if (wanted != ServerState.UP) {
            return wanted;
        }
        return reachable() && !passive.out() ? ServerState.UP : ServerState.DOWN;
    }

    /** The share against those of the others, as it was set last. */
    public int weight() {
        return weight;
    }

    /** Requests under way, or connections. */
    public int inFlight() {
        return inFlight.get();
    }

    /** The place is free again. */
    public void givenBack() {
        int now = inFlight.decrementAndGet();
        int limit = settings.connectionLimit();
        if (limit != 0 && now < limit) {
            watcher.freed();
        }
    }

    /** It answered, after so many nanoseconds. */
    public void succeeded(long nanos) {
        succeeded.increment();
        answerNanos.add(nanos);
        if (passive.succeeded(clock.getAsLong())) {
            comesUp("a request was answered");
        }
    }

    /** It failed a request or a connection. */
    public void failed(Failure failure) {
        failures.computeIfAbsent(failure, first -> new LongAdder()).increment();
        if (passive.failed(clock.getAsLong())) {
            watcher.changed(this, "failed, " + failure.label() + " last");
        }
    }

    /** Checks found it well, or not; to be told when that changes. */
    public void checked(boolean well, String why) {
        if (checkedDown == well) {
            checkedDown = !well;
            if (well) {
                comesUp(why);
            } else {
                watcher.changed(this, why);
            }
        }
    }

    /** Where its name leads now; connections to where it led before go on. */
    public void address(InetSocketAddress now) {
        boolean first = address == null;
        address = now;
        if (first) {
            watcher.changed(this, "has an address");
        }
    }

    /**
     * What an operator wants.
     *
     * @param state not {@link ServerState#DOWN}, which nobody can want
     */
    public void want(ServerState state) {
        if (state == ServerState.DOWN) {
            throw new IllegalArgumentException("state: down (expected: up, drain or maintenance)");
        }
        wanted = state;
        watcher.changed(this, "as asked");
    }

    /** Another share, until the next one or a reload. */
    public void weight(int now) {
        if (now < 0 || now > ServerSettings.HEAVIEST) {
            throw new IllegalArgumentException("weight: " + now + " (expected: 0.." + ServerSettings.HEAVIEST + ")");
        }
        weight = now;
        watcher.changed(this, "weight " + now);
    }

    /** Whether it is a server of its pool no more. */
    public boolean gone() {
        return gone;
    }

    /** Requests and connections that it was given. */
    public long taken() {
        return taken.sum();
    }

    /** Requests that it answered. */
    public long answers() {
        return succeeded.sum();
    }

    /** Nanoseconds that they took, together. */
    public long answerNanos() {
        return answerNanos.sum();
    }

    public long failures(Failure failure) {
        LongAdder count = failures.get(failure);
        return count == null ? 0 : count.sum();
    }

    /** Takes a place; false when there is none. */
    boolean take() {
        int limit = settings.connectionLimit();
        if (inFlight.incrementAndGet() > limit && limit != 0) {
            inFlight.decrementAndGet();
            return false;
        }
        taken.increment();
        return true;
    }

    boolean full() {
        int limit = settings.connectionLimit();
        return limit != 0 && inFlight.get() >= limit;
    }

    /** A number of its own, the same in every balancer, for hashing. */
    long seed() {
        return seed;
    }

    Passive passive() {
        return passive;
    }

    ServerState wanted() {
        return wanted;
    }

    /** Whether there is no proof that requests to it are in vain. */
    boolean reachable() {
        return address != null && !checkedDown;
    }

    /** Percent of its share that it may have, so long after it came up. */
    int warmth(long slowStartNanos, long now) {
        long since = now - cameUpNanos;
        if (!cameUp || since >= slowStartNanos) {
            return 100;
        }
        return (int) Math.max(10, since * 100 / slowStartNanos);
    }

    void settings(ServerSettings now, PassiveSettings forgiving) {
        settings = now;
        weight = now.weight();
        if (!passive.out()) {
            passive = new Passive(forgiving);
        }
    }

    void leaves() {
        gone = true;
    }

    private void comesUp(String why) {
        cameUpNanos = clock.getAsLong();
        cameUp = true;
        watcher.changed(this, why);
    }

    @Override
    public String toString() {
        return name();
    }
}
