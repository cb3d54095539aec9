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

    /** Members report once a second, so this forgives a few lost reports. */
    private static final Duration STALE_AFTER = Duration.ofSeconds(5);

    /** Short enough to follow a change, long enough to be read. */
    private static final Duration WINDOW = Duration.ofSeconds(10);

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
            String host = member.network().adminHost();
            Expect.port("admin.stats-port", admin.getInt("stats-port"));
            Expect.port("admin.health-port", admin.getInt("health-port"));
            return new AdminSettings(
                    new HostPort(host, admin.getInt("stats-port")),
                    new HostPort(host, admin.getInt("health-port")),
                    STALE_AFTER,
                    WINDOW);
        });
    }
}
