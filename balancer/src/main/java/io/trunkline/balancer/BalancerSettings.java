package io.trunkline.balancer;

import com.typesafe.config.Config;
import io.trunkline.balancer.assign.PolicyName;
import io.trunkline.balancer.edge.EdgeSettings;
import io.trunkline.balancer.http.HttpSettings;
import io.trunkline.balancer.peer.PeerSettings;
import io.trunkline.balancer.relay.RelaySettings;
import io.trunkline.balancer.tls.TlsSettings;
import io.trunkline.balancer.trunk.EdgeTrunkSettings;
import io.trunkline.protocol.member.Expect;
import io.trunkline.protocol.member.SettingsException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * The settings of {@code trunkline.balancer}, read once in {@link BalancerMain}.
 *
 * @param policy how new clients are assigned
 * @param askInterval time between two questions to a node that has not said where its trunks end
 */
public record BalancerSettings(
        EdgeSettings edge,
        HttpSettings http,
        RelaySettings relay,
        TlsSettings tls,
        EdgeTrunkSettings trunk,
        PeerSettings peer,
        PolicyName policy,
        Duration askInterval) {
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
            // Whole paths from here on, so that whoever reads an error finds the key.
            Config c = root.getConfig("trunkline.balancer");
            return new BalancerSettings(
                    edge(c),
                    http(c),
                    relay(c),
                    tls(c),
                    trunk(c),
                    peer(c),
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
        return new EdgeSettings(
                c.getInt("edge.port"),
                c.getInt("edge.event-loops"),
                c.getBoolean("edge.prefer-native"),
                c.getBoolean("edge.reuse-port"),
                c.getInt("edge.backlog"),
                c.getInt("edge.connection-limit"),
                bytes(c, "edge.message-limit"),
                c.getBytes("edge.partial-limit"),
                new EdgeSettings.Timeouts(
                        c.getDuration("edge.timeouts.first-message"),
                        c.getDuration("edge.timeouts.message"),
                        c.getDuration("edge.timeouts.idle"),
                        c.getDuration("edge.timeouts.stall"),
                        c.getDuration("edge.timeouts.check")));
    }

    private static HttpSettings http(Config c) {
        return new HttpSettings(
                c.getInt("http.port"),
                names(c, "http.hosts"),
                names(c, "http.origins"),
                c.getBoolean("http.cors"),
                bytes(c, "http.gzip-above"),
                new HttpSettings.Head(
                        bytes(c, "http.head.line"), bytes(c, "http.head.size"), c.getInt("http.head.count")),
                new HttpSettings.Timeouts(
                        c.getDuration("http.timeouts.head"),
                        c.getDuration("http.timeouts.body"),
                        c.getDuration("http.timeouts.comment"),
                        c.getDuration("http.timeouts.ping")),
                new HttpSettings.Sessions(
                        c.getInt("http.sessions.limit"),
                        c.getInt("http.sessions.per-source"),
                        c.getDuration("http.sessions.idle")),
                new HttpSettings.Replay(
                        c.getInt("http.replay.events"), bytes(c, "http.replay.bytes"), c.getBytes("http.replay.total")),
                names(c, "http.affinity"));
    }

    /** Names with commas between them, as they come in an environment variable. */
    private static List<String> names(Config c, String key) {
        return Arrays.stream(c.getString(key).split(","))
                .map(String::trim)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private static RelaySettings relay(Config c) {
        return new RelaySettings(
                c.getDuration("relay.queue-deadline"),
                c.getDuration("relay.move-deadline"),
                c.getDuration("relay.open-deadline"),
                c.getInt("relay.unanswered-messages"),
                bytes(c, "relay.unanswered-bytes"));
    }

    private static TlsSettings tls(Config c) {
        return new TlsSettings(
                c.getString("tls.certificate"),
                c.getString("tls.key"),
                c.getInt("tls.http-port"),
                c.getInt("tls.tcp-port"),
                c.getBoolean("tls.prefer-native"),
                c.getDuration("tls.handshake"),
                c.getDuration("tls.reload"));
    }

    private static EdgeTrunkSettings trunk(Config c) {
        return new EdgeTrunkSettings(
                c.getDuration("trunk.connect"),
                c.getDuration("trunk.handshake"),
                c.getDuration("trunk.ping"),
                c.getDuration("trunk.suspect"),
                c.getDuration("trunk.silence"),
                c.getDuration("trunk.backoff-min"),
                c.getDuration("trunk.backoff-max"));
    }

    private static PeerSettings peer(Config c) {
        return new PeerSettings(
                c.getInt("peer.port"),
                c.getInt("peer.strangers"),
                bytes(c, "peer.window"),
                bytes(c, "edge.message-limit"),
                c.getDuration("trunk.handshake"),
                c.getDuration("trunk.silence"));
    }

    private static int bytes(Config c, String key) {
        return (int) Math.min(Integer.MAX_VALUE, c.getBytes(key));
    }
}
