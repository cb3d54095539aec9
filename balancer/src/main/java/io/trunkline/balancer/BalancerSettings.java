package io.trunkline.balancer;

import com.typesafe.config.Config;
import io.trunkline.balancer.assign.PolicyName;
import io.trunkline.balancer.auth.AuthSettings;
import io.trunkline.balancer.auth.ScopeRules;
import io.trunkline.balancer.edge.EdgeSettings;
import io.trunkline.balancer.http.HttpSettings;
import io.trunkline.balancer.limits.LimitSettings;
import io.trunkline.balancer.peer.PeerSettings;
import io.trunkline.balancer.relay.RelaySettings;
import io.trunkline.balancer.tls.TlsSettings;
import io.trunkline.balancer.trunk.EdgeTrunkSettings;
import io.trunkline.protocol.member.Expect;
import io.trunkline.protocol.member.SettingsException;
import io.trunkline.protocol.memory.MemorySettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The settings of {@code trunkline.balancer}, read once in {@link BalancerMain}.
 *
 * @param policy how new clients are assigned
 * @param askInterval time between two questions to a node that has not said where its trunks end
 */
public record BalancerSettings(
        EdgeSettings edge,
        MemorySettings memory,
        HttpSettings http,
        RelaySettings relay,
        TlsSettings tls,
        AuthSettings auth,
        EdgeTrunkSettings trunk,
        PeerSettings peer,
        LimitSettings limits,
        PolicyName policy,
        Duration askInterval) {
    public BalancerSettings {
        Expect.positive("cluster.ask-interval", askInterval);
        Expect.that(
                auth.tcp() != AuthSettings.Tcp.MTLS || tls.on(),
                "auth.tcp",
                "mtls",
                "off or open as long as there is no tls.certificate");
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
                    memory(c),
                    http(c),
                    relay(c),
                    tls(c),
                    auth(c),
                    trunk(c),
                    peer(c),
                    LimitSettings.from(c),
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
                new EdgeSettings.Timeouts(
                        c.getDuration("edge.timeouts.first-message"),
                        c.getDuration("edge.timeouts.message"),
                        c.getDuration("edge.timeouts.idle"),
                        c.getDuration("edge.timeouts.stall"),
                        c.getDuration("edge.timeouts.vanished"),
                        c.getDuration("edge.timeouts.check")));
    }

    private static MemorySettings memory(Config c) {
        return MemorySettings.from(c)
                .requireRoom(
                        MemorySettings.heap(),
                        MemorySettings.direct(),
                        "edge.message-limit",
                        bytes(c, "edge.message-limit"));
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
                        c.getDuration("http.timeouts.ping"),
                        c.getDuration("http.timeouts.farewell")),
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
                c.getDuration("tls.reload"),
                new TlsSettings.Clients(
                        TlsSettings.Ask.of(c.getString("tls.clients")),
                        AuthSettings.Tcp.of(c.getString("auth.tcp")) == AuthSettings.Tcp.MTLS
                                ? TlsSettings.Ask.REQUIRED
                                : TlsSettings.Ask.OFF,
                        c.getString("tls.client-roots")));
    }

    private static AuthSettings auth(Config c) {
        return new AuthSettings(
                new AuthSettings.Resource(
                        c.getString("auth.resource"),
                        c.getString("auth.resource-name"),
                        issuers(c),
                        c.getDuration("auth.leeway")),
                new AuthSettings.Keys(
                        c.getDuration("auth.keys.timeout"),
                        c.getDuration("auth.keys.refresh"),
                        c.getDuration("auth.keys.pause"),
                        c.getDuration("auth.keys.patience")),
                new AuthSettings.Checks(
                        c.getInt("auth.checks.threads"),
                        c.getInt("auth.checks.queue"),
                        c.getInt("auth.checks.cached"),
                        bytes(c, "auth.checks.token")),
                new AuthSettings.Tokens(c.getString("auth.tokens"), c.getDuration("auth.reload")),
                new AuthSettings.Certificates(
                        TlsSettings.Ask.of(c.getString("tls.clients")) != TlsSettings.Ask.OFF,
                        AuthSettings.CertificateName.of(c.getString("auth.certificate-name")),
                        words(c, "auth.certificate-scopes")),
                new ScopeRules(
                        words(c, "auth.scope"),
                        c.getConfigList("auth.scopes").stream()
                                .map(rule -> new ScopeRules.Rule(
                                        rule.hasPath("method") ? rule.getString("method") : "*",
                                        rule.hasPath("tool") ? rule.getString("tool") : "",
                                        words(rule, "scope")))
                                .toList(),
                        c.getConfigList("auth.wider").stream()
                                .map(wider -> new ScopeRules.Wider(wider.getString("scope"), words(wider, "includes")))
                                .toList()),
                AuthSettings.Tcp.of(c.getString("auth.tcp")),
                accepted(c.getString("auth.off-on-public-addresses")));
    }

    /** The one that has settings of its own, and those of the list. */
    private static List<AuthSettings.Issuer> issuers(Config c) {
        List<String> algorithms = AuthSettings.checkedAlgorithms(names(c, "auth.algorithms"));
        List<AuthSettings.Issuer> issuers = new ArrayList<>();
        if (!c.getString("auth.issuer").isEmpty()) {
            issuers.add(new AuthSettings.Issuer(c.getString("auth.issuer"), c.getString("auth.jwks-uri"), algorithms));
        }
        for (Config one : c.getConfigList("auth.issuers")) {
            issuers.add(new AuthSettings.Issuer(
                    one.getString("issuer"),
                    one.hasPath("jwks-uri") ? one.getString("jwks-uri") : "",
                    one.hasPath("algorithms") ? names(one, "algorithms") : algorithms));
        }
        return issuers;
    }

    private static boolean accepted(String said) {
        Expect.that(
                said.equals("accepted") || said.equals("refused"),
                "auth.off-on-public-addresses",
                said,
                "refused or accepted");
        return said.equals("accepted");
    }

    /** Words with blanks between them, as scopes are written everywhere. */
    private static Set<String> words(Config c, String key) {
        return Arrays.stream(c.getString(key).split("\\s+"))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
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
