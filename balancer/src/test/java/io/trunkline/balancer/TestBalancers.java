package io.trunkline.balancer;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.trunkline.protocol.member.Member;
import io.trunkline.protocol.member.MemberSettings;
import io.trunkline.protocol.member.SystemConfig;
import io.trunkline.protocol.metrics.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Balancers of clusters without a node, on real sockets; closing it stops them all. */
final class TestBalancers implements AutoCloseable {
    /** How long anything may take. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<Member<?>> members = new ArrayList<>();
    private final List<Balancer> balancers = new ArrayList<>();
    private Metrics metrics = new Metrics();

    /**
     * Starts one with these settings of {@code trunkline.balancer}, or {@code member.} and settings of every member.
     */
    Balancer start(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(Map.of(
                "trunkline.member.seeds", "",
                "trunkline.member.artery-port", 0,
                "trunkline.member.management-port", 0,
                "trunkline.member.prometheus-port", 0,
                "trunkline.balancer.edge.port", 0,
                "trunkline.balancer.http.port", 0,
                "trunkline.member.event-loops", 2,
                "pekko.jvm-exit-on-fatal-error", "off"));
        all.put("trunkline.balancer.peer.port", 0);
        all.put("trunkline.balancer.relay.queue-deadline", "400ms");
        settings.forEach((key, value) ->
                all.put((key.startsWith("member.") ? "trunkline." : "trunkline.balancer.") + key, value));
        Config config = ConfigFactory.parseMap(all).withFallback(SystemConfig.load());
        MemberSettings memberSettings = MemberSettings.from(config, Balancer.ROLE);
        metrics = new Metrics();
        Member<?> member = Member.start(memberSettings, config, metrics, Behaviors.empty());
        members.add(member);
        Balancer balancer = new Balancer(memberSettings, BalancerSettings.from(config), metrics);
        balancer.live(member.system());
        balancers.add(balancer);
        return balancer;
    }

    /** The metrics of the one that was started last. */
    Metrics metrics() {
        return metrics;
    }

    @Override
    public void close() {
        balancers.forEach(Balancer::drain);
        members.forEach(member -> ActorTestKit.shutdown(member.system(), PATIENCE));
    }
}
