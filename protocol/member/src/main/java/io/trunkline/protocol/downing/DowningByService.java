package io.trunkline.protocol.downing;

import io.trunkline.protocol.control.MemberReport;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.DowningProvider;
import org.apache.pekko.cluster.sbr.SplitBrainResolver;
import org.apache.pekko.cluster.sbr.SplitBrainResolverSettings;
import scala.Option;
import scala.concurrent.duration.Duration;
import scala.concurrent.duration.FiniteDuration;

/**
 * Pekko's split brain resolver with {@link ServingSide} for a strategy; named in {@code trunkline-system.conf}. Takes
 * {@code stable-after} and {@code down-all-when-unstable} from the resolver's own settings.
 */
public final class DowningByService extends DowningProvider {
    private final Cluster cluster;
    private final SplitBrainResolverSettings settings;

    /** Called by Pekko. */
    public DowningByService(ActorSystem system) {
        this.cluster = Cluster.get(system);
        this.settings = new SplitBrainResolverSettings(system.settings().config());
    }

    @Override
    public FiniteDuration downRemovalMargin() {
        FiniteDuration margin = cluster.settings().DownRemovalMargin();
        return margin.equals(Duration.Zero()) ? settings.DowningStableAfter() : margin;
    }

    @Override
    public Option<Props> downingActorProps() {
        ServingSide strategy =
                new ServingSide(cluster.selfDataCenter(), cluster.selfUniqueAddress(), MemberReport.RECEIVER_ROLE);
        return Option.apply(SplitBrainResolver.props(settings.DowningStableAfter(), strategy));
    }
}
