package io.trunkline.balancer.pool;

import io.trunkline.balancer.events.BalancerEvents;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Servers that do the same, one of which gets each request. All methods may be called from any thread; {@link #choose}
 * takes no lock.
 */
public final class Pool {
    /** What waits for a server; called once, on the event loop that it waits on. */
    public interface Waiter {
        /** It gets this server, with a place taken. */
        void served(Server server);

        /** The deadline has passed. */
        void refused();
    }

    /** Somebody who waits. */
    public interface Wait {
        /** Waits no more; false when it was too late, and the waiter is or was called. */
        boolean cancel();
    }

    private static final int TRIES = 8;
    private static final int TOKEN_BYTES = 9;

    private final byte[] secret;
    private final LongSupplier clock;
    private final RetryBudget retries;
    private final WaitingRoom waiting = new WaitingRoom(this::place);
    private final Watcher watcher = new Watcher();
    private volatile PoolSettings settings;
    private volatile List<Server> servers = List.of();
    private volatile Preference preference;
    private volatile Members members = Members.of(List.of(), 0, 0);

    /**
     * A pool whose servers that are known by name have no addresses yet: see {@link
     * Server#address(java.net.InetSocketAddress)}.
     *
     * @param secret what tokens of servers are made with; the same in every balancer
     * @param clock nanoseconds, as of {@link System#nanoTime()}
     */
    public Pool(PoolSettings settings, byte[] secret, LongSupplier clock) {
        this.secret = secret.clone();
        this.clock = clock;
        this.retries = new RetryBudget(clock);
        this.settings = settings;
        this.preference = Preference.of(settings.balance());
        update(settings);
    }

    public String name() {
        return settings.name();
    }

    public PoolSettings settings() {
        return settings;
    }

    /** All servers, whatever their state, in the order of the settings. */
    public List<Server> servers() {
        return servers;
    }

    /** Spends what a fifth of the requests allows. */
    public RetryBudget retries() {
        return retries;
    }

    /** How many wait for a place. */
    public int waiting() {
        return waiting.size();
    }

    /** How many found the queue full, or waited in vain. */
    public long refused() {
        return waiting.refused();
    }

    /** Whether a server serves, full or not: if not, there is nothing to wait for but an operator or a check. */
    public boolean serves() {
        Members now = members();
        return now.size() > 0 || !now.onTrial().isEmpty();
    }

    /**
     * A server for this request, with a place taken, which is to be {@linkplain Server#givenBack given back}; null when
     * there is none now: all are down ({@link #serves}), have been tried, or have as much as they may ({@link #await}).
     */
    public @Nullable Server choose(Ask ask) {
        if (ask.tried().isEmpty()) {
            retries.request();
        }
        return place(ask);
    }

    /**
     * Waits for a server, in a queue with a deadline.
     *
     * @param loop where the waiter is called
     * @return null when the queue is full, and nobody will be called
     */
    public @Nullable Wait await(Ask ask, ScheduledExecutorService loop, Waiter waiter) {
        return waiting.enter(ask, loop, waiter, settings.queue());
    }

    /** The server that this token names and that takes what belongs to it; null when there is none. */
    public @Nullable Server withToken(String token) {
        return members().withToken(token);
    }

    /** Other settings: servers of the same name, host and port stay what they are, with all that is under way. */
    public void update(PoolSettings now) {
        replace(now);
        // Not under the lock: who waits is under one of its own, and asks for the members.
        waiting.serve();
    }

    private synchronized void replace(PoolSettings now) {
        Map<String, Server> had = new HashMap<>();
        servers.forEach(server -> had.put(key(server.name(), server.host(), server.port()), server));
        List<Server> next = new ArrayList<>();
        for (ServerSettings one : now.servers()) {
            Server server = had.remove(key(one.name(), one.host(), one.port()));
            if (server == null) {
                next.add(new Server(one, now.passive(), tokenOf(now.name(), one.name()), watcher, clock));
            } else {
                server.settings(one, now.passive());
                next.add(server);
            }
        }
        had.values().forEach(Server::leaves);
        if (now.balance() != settings.balance()) {
            preference = Preference.of(now.balance());
        }
        settings = now;
        servers = List.copyOf(next);
        count();
    }

    private @Nullable Server place(Ask ask) {
        Members now = members();
        String token = ask.token();
        Server own = token == null ? null : now.withToken(token);
        if (own != null && !ask.tried().contains(own)) {
            return own.take() ? own : null;
        }
        Server tried = now.onTrial().isEmpty() ? null : onTrial(ask, now);
        if (tried != null) {
            return tried;
        }
        Preference by = ask.key() == null ? preference : Preference::byHash;
        for (int i = 0; i < TRIES; i++) {
            Server server = by.choose(ask, now);
            if (server == null || server.take()) {
                return server;
            }
        }
        return null;
    }

    /** One that was left alone long enough, for one request; which has another one to go to if that fails. */
    private @Nullable Server onTrial(Ask ask, Members now) {
        boolean hashed = ask.key() != null || settings.balance() == Balance.SOURCE_HASH;
        for (Server server : now.onTrial()) {
            boolean belongs = !hashed || Rendezvous.prefers(Rendezvous.hash(ask), server, now);
            if (belongs && Members.takes(server, ask) && server.passive().tryOnce(clock.getAsLong()) && server.take()) {
                return server;
            }
        }
        return null;
    }

    private Members members() {
        Members now = members;
        return now.outdated(clock.getAsLong()) ? count() : now;
    }

    private synchronized Members count() {
        Members now = Members.of(servers, settings.slowStart().toNanos(), clock.getAsLong());
        members = now;
        return now;
    }

    private String tokenOf(String pool, String server) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            byte[] whole = mac.doFinal(("pool\n" + pool + "\n" + server).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(whole, TOKEN_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String key(String name, String host, int port) {
        return name + "\n" + host + "\n" + port;
    }

    private final class Watcher implements Server.Watcher {
        @Override
        public void changed(Server server, String why) {
            count();
            BalancerEvents.serverState(name(), server.name(), server.state().label(), why);
            waiting.serve();
        }

        @Override
        public void freed() {
            waiting.serve();
        }
    }
}
