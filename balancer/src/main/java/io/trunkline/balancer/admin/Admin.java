package io.trunkline.balancer.admin;

import io.trunkline.balancer.cluster.SlotCounts;
import io.trunkline.balancer.limits.SessionCensus;
import io.trunkline.balancer.relay.SessionEvents;
import io.trunkline.protocol.control.MemberReport;
import io.trunkline.protocol.member.HostPort;
import io.trunkline.protocol.member.HttpListener;
import io.trunkline.protocol.metrics.Readiness;
import io.trunkline.protocol.pages.HttpPages;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** The two listeners through which a balancer shows itself: statistics of the cluster, and its own health. */
public final class Admin {

    private static final Duration ASK_DEADLINE = Duration.ofSeconds(2);

    private Admin() {}

    /** Where the listeners are bound. */
    public record Endpoints(HostPort stats, HostPort health) {}

    /**
     * Starts the actor that collects the reports of all members, and both listeners.
     *
     * @param system of the member; the collector becomes one of its system actors, where all members find it
     * @param self name of this balancer
     * @param events what happened to its sessions
     * @param census of those who hold its sessions
     * @param readiness whether this balancer can serve new clients now; asked from HTTP threads, answers at once
     * @param slots where the slots are now; asked by the collector, answers at once
     * @return the bound addresses, or a {@code StartException} when a port is taken
     */
    public static CompletionStage<Endpoints> start(
            ActorSystem<?> system,
            AdminSettings settings,
            String self,
            SessionEvents events,
            SessionCensus census,
            Supplier<Readiness> readiness,
            Supplier<SlotCounts> slots) {
        ActorRef<ClusterStats.Command> stats = system.systemActorOf(
                ClusterStats.create(settings, self, slots), MemberReport.RECEIVER_NAME, Props.empty());
        HttpPages statistics = StatsPages.of(
                () -> AskPattern.ask(stats, ClusterStats.GetView::new, ASK_DEADLINE, system.scheduler()),
                id -> SessionPage.answer(events, self, id),
                new SessionControl(census, self, settings.stats().host()));
        CompletionStage<HostPort> statsBound =
                HttpListener.bind(system, "stats", settings.stats(), "TRUNKLINE_STATS_PORT", statistics);
        CompletionStage<HostPort> healthBound = HttpListener.bind(
                system, "health", settings.health(), "TRUNKLINE_HEALTH_PORT", HealthPage.of(readiness));
        return statsBound.thenCombine(healthBound, Endpoints::new);
    }
}
