package io.trunkline.balancer.admin;

import com.typesafe.config.Config;
import io.trunkline.protocol.member.Expect;
import io.trunkline.protocol.member.HostPort;
import io.trunkline.protocol.member.MemberSettings;
import java.time.Duration;

/**
 * The settings of {@code trunkline.balancer.admin}.
 *
 * @param stats where the statistics bind
 * @param health where the health check binds
 * @param staleAfter silence after which a member's report no longer counts
 * @param window how much of the past rates and latencies cover
 */
public record AdminSettings(HostPort stats, HostPort health, Duration staleAfter, Duration window) {

    private static final Duration LONGEST_WINDOW = Duration.ofSeconds(60);

    public AdminSettings {
        Expect.positive("admin.stale-after", staleAfter);
        Expect.positive("admin.window", window);
        Expect.that(window.compareTo(LONGEST_WINDOW) <= 0, "admin.window", window, "<= 60 s");
    }

    /**
     * Reads {@code trunkline.balancer.admin}.
     *
     * @param root a configuration of {@code SystemConfig.load()}
     * @param member whose secret decides whether listening beyond loopback is allowed
     */
    public static AdminSettings from(Config root, MemberSettings member) {
        return Expect.readable(() -> {
            Config admin = root.getConfig("trunkline.balancer.admin");
            String host = admin.getString("host");
            member.requireSafeBind("admin.host", host);
            Expect.port("admin.stats-port", admin.getInt("stats-port"));
            Expect.port("admin.health-port", admin.getInt("health-port"));
            return new AdminSettings(
                    new HostPort(host, admin.getInt("stats-port")),
                    new HostPort(host, admin.getInt("health-port")),
                    admin.getDuration("stale-after"),
                    admin.getDuration("window"));
        });
    }
}
