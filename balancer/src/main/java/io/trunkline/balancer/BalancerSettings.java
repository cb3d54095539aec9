package io.trunkline.balancer;

import com.typesafe.config.Config;
import io.trunkline.balancer.assign.PolicyName;
import io.trunkline.balancer.auth.AuthSettings;
import io.trunkline.balancer.client.EdgeSettings;
import io.trunkline.balancer.http.HttpSettings;
import io.trunkline.balancer.limits.LimitSettings;
import io.trunkline.balancer.peer.PeerSettings;
import io.trunkline.balancer.relay.RelaySettings;
import io.trunkline.balancer.tls.TlsSettings;
import io.trunkline.balancer.trunk.EdgeTrunkSettings;
import io.trunkline.protocol.member.Expect;
import io.trunkline.protocol.member.SettingsException;
import io.trunkline.protocol.memory.MemorySettings;

/**
 * The settings of {@code trunkline.balancer}, read once in {@link BalancerMain}.
 *
 * @param policy how new clients are assigned
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
        PolicyName policy) {
    public BalancerSettings {
        Expect.that(
                auth.tcp() != AuthSettings.Tcp.MTLS || tls.on(),
                "auth.tcp",
                "mtls",
                "off or open as long as there is no tls.certificate");
    }

    /**
     * Reads {@code trunkline.balancer}, and what of {@code trunkline.member} is about clients.
     *
     * @throws SettingsException when a value is missing or out of bounds
     */
    public static BalancerSettings from(Config root) {
        return Expect.readable(() -> {
            // Whole paths from here on, so that whoever reads an error finds the key.
            Config c = root.getConfig("trunkline.balancer").withFallback(root.getConfig("trunkline"));
            EdgeSettings edge = EdgeSettings.from(c);
            EdgeTrunkSettings trunk = EdgeTrunkSettings.from(c);
            AuthSettings auth =
                    AuthSettings.from(c, TlsSettings.Ask.of(c.getString("tls.clients")) != TlsSettings.Ask.OFF);
            return new BalancerSettings(
                    edge,
                    MemorySettings.from(c),
                    HttpSettings.from(c, edge.timeouts()),
                    RelaySettings.from(c),
                    TlsSettings.from(
                            c,
                            edge.net().preferNative(),
                            edge.timeouts().firstMessage(),
                            auth.tcp() == AuthSettings.Tcp.MTLS ? TlsSettings.Ask.REQUIRED : TlsSettings.Ask.OFF),
                    auth,
                    trunk,
                    PeerSettings.from(c, trunk, edge.messageLimit()),
                    LimitSettings.from(c),
                    policy(c.getString("assign.policy")));
        });
    }

    private static PolicyName policy(String name) {
        PolicyName policy = PolicyName.of(name);
        if (policy == null) {
            throw new SettingsException("assign.policy: " + name + " (expected: one of " + PolicyName.labels() + ")");
        }
        return policy;
    }
}
