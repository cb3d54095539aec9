package io.trunkline.balancer;

import com.typesafe.config.Config;
import io.trunkline.balancer.assign.PolicyName;
import io.trunkline.balancer.edge.EdgeSettings;
import io.trunkline.balancer.relay.RelaySettings;
import io.trunkline.balancer.trunk.EdgeTrunkSettings;
import io.trunkline.protocol.member.Expect;
import io.trunkline.protocol.member.SettingsException;
import java.time.Duration;

/**
 * The settings of {@code trunkline.balancer}, read once in {@link BalancerMain}.
 *
 * @param policy how new clients are assigned
 * @param askInterval time between two questions to a node that has not said where its trunks end
 */
public record BalancerSettings(
        EdgeSettings edge, RelaySettings relay, EdgeTrunkSettings trunk, PolicyName policy, Duration askInterval) {
    public BalancerSettings {
        Expect.positive("cluster.ask-interval", askInterval);
    }

    /**
     * Reads {@code trunkline.balancer}.
     *
     * @throws SettingsException when a value is missing or out of bounds
     */
    public static BalancerSettings from(Config root) {
        return Expect.readable(() -> {
            Config c = root.getConfig("trunkline.balancer");
            return new BalancerSettings(
                    edge(c.getConfig("edge")),
                    relay(c.getConfig("relay")),
                    trunk(c.getConfig("trunk")),
                    policy(c.getString("assign.policy")),
                    c.getDuration("cluster.ask-interval"));
        });
    }

    private static PolicyName policy(String name) {
        PolicyName policy = PolicyName.of(name);
        if (policy == null) {
            throw new SettingsException("assign.policy: " + name + " (expected: one of " + PolicyName.labels() + ")");
        }
        return policy;
    }

    private static EdgeSettings edge(Config c) {
        Config t = c.getConfig("timeouts");
        return new EdgeSettings(
                c.getInt("port"),
                c.getInt("event-loops"),
                c.getBoolean("prefer-native"),
                c.getBoolean("reuse-port"),
                c.getInt("backlog"),
                c.getInt("connection-limit"),
                bytes(c, "message-limit"),
                c.getBytes("partial-limit"),
                new EdgeSettings.Timeouts(
                        t.getDuration("first-message"),
                        t.getDuration("message"),
                        t.getDuration("idle"),
                        t.getDuration("stall"),
                        t.getDuration("check")));
    }

    private static RelaySettings relay(Config c) {
        return new RelaySettings(
                c.getDuration("queue-deadline"),
                c.getDuration("move-deadline"),
                c.getDuration("open-deadline"),
                c.getInt("unanswered-messages"),
                bytes(c, "unanswered-bytes"));
    }

    private static EdgeTrunkSettings trunk(Config c) {
        return new EdgeTrunkSettings(
                c.getDuration("connect"),
                c.getDuration("handshake"),
                c.getDuration("ping"),
                c.getDuration("suspect"),
                c.getDuration("silence"),
                c.getDuration("backoff-min"),
                c.getDuration("backoff-max"));
    }

    private static int bytes(Config c, String key) {
        return (int) Math.min(Integer.MAX_VALUE, c.getBytes(key));
    }
}
