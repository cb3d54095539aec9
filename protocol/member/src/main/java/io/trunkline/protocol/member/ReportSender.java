package io.trunkline.protocol.member;

import io.trunkline.protocol.control.MemberReport;
import io.trunkline.protocol.metrics.Readiness;
import io.trunkline.protocol.metrics.Snapshot;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * Tells every balancer in the cluster what a snapshot says about this member.
 *
 * <p>The balancers are found in the membership and addressed by a fixed path: no directory to keep in step, and a
 * report that gets lost is made up for by the next one.
 */
final class ReportSender implements Consumer<Snapshot> {

    private final MemberSettings settings;
    private final Cluster cluster;
    private final ActorRefResolver refs;

    ReportSender(ActorSystem<?> system, MemberSettings settings) {
        this.settings = settings;
        this.cluster = Cluster.get(system);
        this.refs = ActorRefResolver.get(system);
    }

    @Override
    public void accept(Snapshot snapshot) {
        MemberReport report = report(snapshot);
        for (Member member : cluster.state().getMembers()) {
            if (member.hasRole(MemberReport.RECEIVER_ROLE) && takesPart(member.status())) {
                refs.<MemberReport>resolveActorRef(member.address() + "/system/" + MemberReport.RECEIVER_NAME)
                        .tell(report);
            }
        }
    }

    private static boolean takesPart(MemberStatus status) {
        return status.equals(MemberStatus.up())
                || status.equals(MemberStatus.weaklyUp())
                || status.equals(MemberStatus.leaving());
    }

    private MemberReport report(Snapshot snapshot) {
        UniqueAddress self = cluster.selfMember().uniqueAddress();
        Snapshot.Clients clients = snapshot.clients();
        return new MemberReport(
                settings.name(),
                settings.role(),
                HostPort.of(self.address()).toString(),
                self.longUid(),
                settings.appVersion(),
                snapshot.uptimeMillis(),
                clients.endpoints(),
                clients.readiness() == Readiness.READY,
                clients.readiness().label(),
                clients.connections(),
                clients.limit(),
                snapshot.traffic(),
                snapshot.latency(),
                clients.backends());
    }
}
