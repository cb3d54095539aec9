package io.trunkline.protocol.member;

import com.typesafe.config.Config;
import io.trunkline.protocol.metrics.KamonExport;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.metrics.MetricsStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import kamon.prometheus.PrometheusReporter;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.management.javadsl.PekkoManagement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running member of the cluster: its actor system with management, metrics and Prometheus around it.
 *
 * <p>A {@code main} does {@code SystemConfig.load -> MemberSettings.from -> Lives.begin}, which starts one member
 * after the other if need be.
 *
 * @param <T> the messages of the guardian
 */
public final class Member<T> {

    /** The name of the actor system, the same on every member. */
    public static final String SYSTEM = "trunkline";

    /** A member's name is a role too, behind this prefix, hence visible in the membership. */
    public static final String NAME_ROLE = "name-";

    /** How long the listeners of a member may take to bind, on a machine that is busy starting other members. */
    private static final Duration START_DEADLINE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(Member.class);

    /** The listeners that every member has. */
    public record Endpoints(HostPort artery, HostPort management, HostPort prometheus) {}

    private final ActorSystem<T> system;
    private final Endpoints endpoints;

    private Member(ActorSystem<T> system, Endpoints endpoints) {
        this.system = system;
        this.endpoints = endpoints;
    }

    /**
     * Starts a member and waits until its listeners are bound; joining the cluster goes on behind.
     *
     * @param loaded a configuration of {@link SystemConfig#load()}
     * @param metrics what {@code guardian} and everything under it measures
     * @throws StartException when a port is taken; nothing is left running then
     * @throws SettingsException when the configuration contradicts {@code settings}
     */
    public static <T> Member<T> start(MemberSettings settings, Config loaded, Metrics metrics, Behavior<T> guardian) {
        return start(
                settings,
                loaded,
                metrics,
                () -> new KamonExport(settings.name(), settings.role()),
                Entry.first(settings),
                guardian);
    }

    /**
     * The same for one life of several.
     *
     * @param export counts from where the life before left off; asked for when Kamon runs
     */
    static <T> Member<T> start(
            MemberSettings settings,
            Config loaded,
            Metrics metrics,
            Supplier<KamonExport> export,
            Entry entry,
            Behavior<T> guardian) {
        // The first logger initialises slf4j; were it an actor's, slf4j would print about replayed events.
        LOG.debug("member.starting name={} role={}", settings.name(), settings.role());
        Config config = SystemConfig.forMember(settings, entry, loaded);
        CompletableFuture<PrometheusReporter> kamon =
                CompletableFuture.supplyAsync(() -> PrometheusEndpoint.startKamon(config));
        ActorSystem<T> system = createSystem(settings, config, guardian);
        ArteryEnd.bound(system);
        try {
            Member<T> member = new Member<>(system, bind(system, settings, kamon));
            MetricsStream.run(system, metrics, export.get(), new ReportSender(system, settings));
            system.systemActorOf(UnreachableProof.create(), "trunkline-unreachable-proof", Props.empty());
            if (entry.seeds().isEmpty()) {
                Cluster cluster = Cluster.get(system);
                cluster.manager().tell(new Join(cluster.selfMember().address()));
            }
            return member;
        } catch (RuntimeException e) {
            system.terminate();
            throw e;
        }
    }

    private static <T> ActorSystem<T> createSystem(MemberSettings settings, Config config, Behavior<T> guardian) {
        try {
            return ActorSystem.create(guardian, SYSTEM, config);
        } catch (RuntimeException e) {
            HostPort artery =
                    new HostPort(settings.network().host(), settings.network().arteryPort());
            throw StartException.notBound("artery", artery.toString(), "TRUNKLINE_ARTERY_PORT", e);
        }
    }

    private static Endpoints bind(
            ActorSystem<?> system, MemberSettings settings, CompletableFuture<PrometheusReporter> kamon) {
        MemberSettings.Network network = settings.network();
        // The routes of Pekko's management, from a server that checks whom a request is meant for.
        CompletableFuture<HostPort> managementBound = HttpListener.bind(
                        system,
                        "management",
                        SystemConfig.managementAddress(system),
                        "TRUNKLINE_MANAGEMENT_PORT",
                        CoordinatedShutdown.PhaseBeforeActorSystemTerminate(),
                        management(system))
                .toCompletableFuture();
        CompletableFuture<HostPort> prometheusBound =
                kamon.thenCompose(reporter -> PrometheusEndpoint.bind(system, network, reporter));
        HostPort artery = HostPort.of(Cluster.get(system).selfMember().address());
        return new Endpoints(artery, await(managementBound), await(prometheusBound));
    }

    private static Function<HttpRequest, CompletionStage<HttpResponse>> management(ActorSystem<?> system) {
        var routes = PekkoManagement.get(system).getRoutes().handler(system);
        return request -> {
            try {
                return routes.apply(request);
            } catch (Exception e) {
                return CompletableFuture.failedFuture(e);
            }
        };
    }

    private static HostPort await(CompletableFuture<HostPort> bound) {
        try {
            return bound.get(START_DEADLINE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StartException refused) {
                throw refused;
            }
            throw new StartException("member: cannot start (" + e.getCause() + ")", e);
        } catch (TimeoutException e) {
            throw new StartException("member: listeners not bound after " + START_DEADLINE.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("member: interrupted while it started", e);
        }
    }

    public ActorSystem<T> system() {
        return system;
    }

    /** Where it listens, ports as bound. */
    public Endpoints endpoints() {
        return endpoints;
    }
}
