package io.trunkline.balancer.client;

import io.netty.channel.EventLoop;
import io.trunkline.balancer.admit.Admission;
import io.trunkline.balancer.events.BalancerEvents;
import io.trunkline.balancer.limits.SourceLimits;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.refusal.Reason;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clients of one listener on one event loop: tells them of time and of the end of the process, and counts why they
 * end. Belongs to the event loop.
 */
public final class ClientLoop {
    /** A client, or what outlives its connection. */
    public interface Member extends Crowd.Member {
        /** Looks at the deadlines; called once in a while. */
        void tick(long now);

        /** The process stops: ends unless something waits for an answer; {@code late} ends it in any case. */
        void drain(long now, boolean late);

        /** Ends it without a word. */
        void drop();
    }

    private static final Logger LOG = LoggerFactory.getLogger(ClientLoop.class);

    private final EventLoop loop;
    private final EdgeSettings settings;
    private final Admission admission;
    private final LoopMemory memory;
    private final Metrics metrics;
    private final Duration farewell;
    private final Crowd<Member> connections = new Crowd<>();
    private final Crowd<Member> sessions = new Crowd<>();
    private final Map<Reason, Long> ended = new EnumMap<>(Reason.class);
    private final CompletableFuture<@Nullable Void> drained = new CompletableFuture<>();
    private long drainDeadline;
    private long farewellEnds;
    private boolean draining;
    private boolean leaving;

    /**
     * A loop without clients.
     *
     * @param farewell for connections without a session when the process stops
     */
    public ClientLoop(
            EventLoop loop,
            EdgeSettings settings,
            Admission admission,
            LoopMemory memory,
            Metrics metrics,
            Duration farewell) {
        this.loop = loop;
        this.settings = settings;
        this.admission = admission;
        this.memory = memory;
        this.metrics = metrics;
        this.farewell = farewell;
    }

    // --- what clients need

    public EventLoop eventLoop() {
        return loop;
    }

    /** Runs a task later, unless the loop ends. From any thread. */
    public void later(Runnable task) {
        if (!loop.isShuttingDown()) {
            loop.execute(task);
        }
    }

    public EdgeSettings settings() {
        return settings;
    }

    /** What the clients of this event loop hold. */
    public LoopMemory memory() {
        return memory;
    }

    public SourceLimits sources() {
        return admission.sources();
    }

    /** Connections that may carry requests of many sessions. */
    public Crowd<Member> connections() {
        return connections;
    }

    /**
     * What has a session of its own: told first when the process stops, while connections can still carry its last
     * words.
     */
    public Crowd<Member> sessions() {
        return sessions;
    }

    /** Connections and sessions. */
    public int population() {
        return connections.size() + sessions.size();
    }

    /** A connection that was admitted is gone. */
    public void disconnected() {
        admission.disconnect();
    }

    /** A client was refused or ended by this side. */
    public void ended(Reason reason) {
        metrics.counter("trunkline.clients.ended", Map.of("reason", reason.label()))
                .increment();
        ended.merge(reason, 1L, Long::sum);
    }

    /** Input or output of a client failed: mostly a reset by the peer. */
    public void failed(Throwable cause) {
        LOG.debug("client.failed", cause);
    }

    // --- time

    /** Begins to look at deadlines. */
    public void start() {
        long check = settings.timeouts().check().toMillis();
        loop.scheduleWithFixedDelay(() -> tick(System.nanoTime()), check, check, TimeUnit.MILLISECONDS);
    }

    /** Looks at the deadlines of all. */
    public void tick(long now) {
        connections.each(client -> check(client, now));
        sessions.each(client -> check(client, now));
        ended.forEach(BalancerEvents::clientsEnded);
        ended.clear();
        if (draining) {
            endIdle(now);
        }
    }

    /** What goes wrong with one client must not end the checks of all. */
    private static void check(Member client, long now) {
        try {
            client.tick(now);
        } catch (RuntimeException e) {
            LOG.error("client.check_failed", e);
            client.drop();
        }
    }

    // --- the end of the process

    /** Whether the process stops: each answer is the last one on its connection. */
    public boolean draining() {
        return draining;
    }

    /** Whether it stops and has had time to tell its clients so: nothing new is begun any more. */
    public boolean leaving() {
        return leaving;
    }

    /**
     * The process stops: ends what is idle, and by the deadline all. From any thread.
     *
     * @return completes when all are gone
     */
    public CompletableFuture<@Nullable Void> drain(long deadline) {
        loop.execute(() -> {
            draining = true;
            drainDeadline = deadline;
            long now = System.nanoTime();
            farewellEnds = now + farewell.toNanos();
            endIdle(now);
        });
        return drained;
    }

    private void endIdle(long now) {
        boolean late = drainDeadline - System.nanoTime() <= 0;
        // Without connections there is nobody to be told.
        leaving = leaving || late || farewellEnds - now <= 0 || connections.size() == 0;
        sessions.each(client -> client.drain(now, late));
        connections.each(client -> client.drain(now, late));
        if (late || population() == 0) {
            drained.complete(null);
        }
    }
}
