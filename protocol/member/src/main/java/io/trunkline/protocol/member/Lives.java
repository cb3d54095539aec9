package io.trunkline.protocol.member;

import com.typesafe.config.Config;
import io.trunkline.protocol.control.MemberReport;
import io.trunkline.protocol.metrics.KamonExport;
import io.trunkline.protocol.metrics.Metrics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lives of one process in the cluster, one actor system each. A life that ends unasked, because the others downed
 * it or shut it out, is followed by another one of the same name and ports that joins those others again; a life that
 * is asked to end, by a signal or by the management's leave, ends the process.
 *
 * <p>A balancer whose cluster has no node ends that life, too, when its seeds are there and in another cluster.
 *
 * <p>A pause that doubles lies between lives that do not last. What must outlive them, such as a balancer's clients, is
 * started outside of them and ended by the farewell.
 */
public final class Lives {
    private static final Logger LOG = LoggerFactory.getLogger(Lives.class);

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** A life that lasted for so long was a good one: the pause after it is the shortest again. */
    private static final Duration GOOD_LIFE = Duration.ofMinutes(1);

    /** An actor system that has not ended so long after it was told to is left behind. */
    private static final Duration STUCK = Duration.ofSeconds(15);

    /** How often the other members are written down, for the next life. */
    private static final Duration LOOK_AROUND = Duration.ofSeconds(1);

    /**
     * A balancer that has no node while somebody outside of its cluster has listened at a seed's address for so long is
     * in the wrong cluster: nodes that are all started again found a new one. Long enough for them to join this one
     * instead.
     */
    private static final Duration WITHOUT_NODES = Duration.ofSeconds(5);

    private static final Duration SEED_DEADLINE = Duration.ofSeconds(1);

    /** Why a life ends that this class itself ends. */
    private enum Own implements CoordinatedShutdown.Reason {
        /** To look for nodes through the seeds. */
        NO_NODES
    }

    /** One actor system and what the next one has to know of it. */
    private final class Life {
        private final Member<Void> member;
        private final Cluster cluster;
        private final CoordinatedShutdown shutdown;
        private final Executor blocking;
        private final long startedNanos = System.nanoTime();
        private volatile List<HostPort> others = List.of();
        private volatile long nodesSeenNanos = startedNanos;
        private volatile boolean probing;

        Life(Member<Void> member) {
            this.member = member;
            this.cluster = Cluster.get(member.system());
            this.shutdown = CoordinatedShutdown.get(member.system());
            ActorSystem<Void> system = member.system();
            this.blocking = system.dispatchers().lookup(DispatcherSelector.blocking());
            system.scheduler()
                    .scheduleWithFixedDelay(LOOK_AROUND, LOOK_AROUND, this::lookAround, system.executionContext());
        }

        private void lookAround() {
            MemberStatus own = cluster.selfMember().status();
            // When a life ends the membership empties, and what it held is what the next life needs.
            if (own.equals(MemberStatus.up()) || own.equals(MemberStatus.weaklyUp())) {
                others = members()
                        .map(peer -> HostPort.of(peer.address()))
                        .filter(address -> !address.equals(self()))
                        .toList();
                lookForNodes();
            } else {
                nodesSeenNanos = System.nanoTime();
            }
        }

        private void lookForNodes() {
            if (!isBalancer || members().anyMatch(peer -> !peer.hasRole(settings.role()))) {
                nodesSeenNanos = System.nanoTime();
            } else if (!probing) {
                probing = true;
                CompletableFuture.supplyAsync(this::seedIsOutside, blocking).thenAccept(this::onSeeds);
            }
        }

        /** Blocks for at most a second for each seed. */
        private boolean seedIsOutside() {
            return settings.seeds().stream()
                    .filter(seed -> !seed.equals(self()) && !others.contains(seed))
                    .anyMatch(seed -> Listening.at(seed, SEED_DEADLINE) == Listening.Answer.ACCEPTED);
        }

        private void onSeeds(boolean outside) {
            long now = System.nanoTime();
            if (!outside) {
                nodesSeenNanos = now;
            } else if (now - nodesSeenNanos > WITHOUT_NODES.toNanos()) {
                // Through the seeds alone: another balancer may be in the same wrong cluster.
                others = List.of();
                shutdown.run(Own.NO_NODES);
            }
            probing = false;
        }

        private Stream<org.apache.pekko.cluster.Member> members() {
            return StreamSupport.stream(cluster.state().getMembers().spliterator(), false);
        }

        HostPort self() {
            return member.endpoints().artery();
        }

        boolean wasGood() {
            return System.nanoTime() - startedNanos > GOOD_LIFE.toNanos();
        }
    }

    private final MemberSettings settings;
    private final boolean isBalancer;
    private final Config config;
    private final Metrics metrics;
    private final Consumer<Member<Void>> wiring;
    private final Supplier<CompletionStage<Done>> farewell;
    private final CountDownLatch ending = new CountDownLatch(1);
    private volatile @Nullable Life current;
    private @Nullable KamonExport export;
    private Duration pause = SHORTEST_PAUSE;

    /**
     * The lives to be.
     *
     * @param loaded a configuration of {@link SystemConfig#load()}
     * @param metrics of the process; they outlive its lives
     * @param wiring starts all that belongs to one life on its actor system; throws a {@link StartException} when it
     *     cannot
     * @param farewell ends what outlives the lives, after the last one; may be asked for more than once
     */
    public Lives(
            MemberSettings settings,
            Config loaded,
            Metrics metrics,
            Consumer<Member<Void>> wiring,
            Supplier<CompletionStage<Done>> farewell) {
        this.settings = settings;
        this.isBalancer = settings.role().equals(MemberReport.RECEIVER_ROLE);
        this.config = loaded;
        this.metrics = metrics;
        this.wiring = wiring;
        this.farewell = farewell;
    }

    /**
     * Begins the first life, and ties the process to all of them: see {@link ProcessEnd} for how it ends.
     *
     * @throws StartException when a port is taken; nothing is left running on the actor system then
     * @throws SettingsException when the configuration contradicts the settings
     */
    public void begin() {
        Entry entry = Entry.first(settings);
        if (entry.waitsForOthers()) {
            LOG.info(
                    "member.waits_for_seeds seeds={} founds_after={}s",
                    entry.seeds(),
                    entry.silence().toSeconds());
        }
        start(entry);
        ProcessEnd.onSignal(this::end);
    }

    /** Whether a life ends because somebody wanted it to; false as well while it does not end at all. */
    public static boolean endsAsAsked(ActorSystem<?> system) {
        return CoordinatedShutdown.get(system)
                .getShutdownReason()
                .filter(Lives::isAsked)
                .isPresent();
    }

    /** Whether a life ends because the cluster has given it up: what it had is somebody else's by now. */
    public static boolean endsAsDowned(ActorSystem<?> system) {
        return CoordinatedShutdown.get(system)
                .getShutdownReason()
                .filter(reason -> reason == CoordinatedShutdown.clusterDowningReason())
                .isPresent();
    }

    private static boolean isAsked(CoordinatedShutdown.Reason reason) {
        return reason == CoordinatedShutdown.jvmExitReason() || reason == CoordinatedShutdown.clusterLeavingReason();
    }

    /** Another life would end like this one. */
    private static boolean isHopeless(CoordinatedShutdown.Reason reason) {
        return reason == CoordinatedShutdown.clusterJoinUnsuccessfulReason()
                || reason == CoordinatedShutdown.incompatibleConfigurationDetectedReason();
    }

    private void start(Entry entry) {
        Member<Void> member = Member.start(settings, config, metrics, this::export, entry, Behaviors.empty());
        Life life = new Life(member);
        current = life;
        try {
            wiring.accept(member);
        } catch (RuntimeException e) {
            member.system().terminate();
            throw e;
        }
        AtomicBoolean ended = new AtomicBoolean();
        // On a thread of its own: what follows waits for this system's threads to end.
        Runnable next = () -> {
            if (ended.compareAndSet(false, true)) {
                new Thread(() -> after(life), "trunkline-lives").start();
            }
        };
        member.system().getWhenTerminated().whenComplete((done, failure) -> next.run());
        // Whatever keeps an actor system from ending, what comes next does not wait for it for ever.
        life.shutdown.addTask(CoordinatedShutdown.PhaseActorSystemTerminate(), "life-ends", () -> {
            CompletableFuture.delayedExecutor(STUCK.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(next);
            return CompletableFuture.completedFuture(Done.getInstance());
        });
    }

    private KamonExport export() {
        if (export == null) {
            export = new KamonExport(settings.name(), settings.role());
        }
        return export;
    }

    private void after(Life life) {
        CoordinatedShutdown.Reason reason =
                life.shutdown.getShutdownReason().orElse(CoordinatedShutdown.unknownReason());
        if (reason == CoordinatedShutdown.incompatibleConfigurationDetectedReason()) {
            LOG.error(
                    "member.refused detail=\"{} (TRUNKLINE_SLOTS) is not what the cluster has; the member that was"
                            + " asked logged both values\"",
                    SharedSettings.SLOTS);
        }
        if (isAsked(reason) || isHopeless(reason)) {
            System.exit(isAsked(reason) ? ProcessEnd.CLEAN : ProcessEnd.FAILED);
        }
        LOG.warn("member.life_ended reason=\"{}\" others={}", reason, life.others);
        pause = life.wasGood() ? SHORTEST_PAUSE : pause;
        while (!isEnding(pause)) {
            pause = twice(pause);
            if (startLater(life.self(), life.others)) {
                return;
            }
        }
    }

    private boolean isEnding(Duration within) {
        try {
            return ending.await(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static Duration twice(Duration pause) {
        Duration longer = pause.multipliedBy(2);
        return longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
    }

    private boolean startLater(HostPort self, Collection<HostPort> others) {
        Entry entry = Entry.later(settings, self, others);
        try {
            start(entry);
            LOG.warn("member.life_began seeds={}", entry.seeds());
            return true;
        } catch (RuntimeException e) {
            LOG.error("member.life_failed next_in={}ms", pause.toMillis(), e);
            return false;
        }
    }

    /** Ends the life that there is, then what outlives it; returns the exit status. */
    private int end() {
        ending.countDown();
        Life life = current;
        CompletionStage<Done> ended = life == null
                ? CompletableFuture.completedFuture(Done.getInstance())
                : life.shutdown.runAll(CoordinatedShutdown.jvmExitReason());
        try {
            ended.thenCompose(done -> farewell.get())
                    .toCompletableFuture()
                    .get(settings.shutdown().deadline().toMillis(), TimeUnit.MILLISECONDS);
            boolean hopeless = life != null
                    && life.shutdown
                            .getShutdownReason()
                            .filter(Lives::isHopeless)
                            .isPresent();
            return hopeless ? ProcessEnd.FAILED : ProcessEnd.CLEAN;
        } catch (TimeoutException e) {
            LOG.error(
                    "member.shutdown failed=\"not finished after {} s\"",
                    settings.shutdown().deadline().toSeconds());
        } catch (ExecutionException e) {
            LOG.error("member.shutdown failed=\"{}\"", String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ProcessEnd.FAILED;
    }
}
