package io.trunkline.balancer.limits;

import com.typesafe.config.Config;
import io.trunkline.protocol.member.Expect;
import java.time.Duration;

/**
 * The settings of {@code trunkline.balancer.limits}.
 *
 * @param exempt addresses that are counted and not limited
 * @param tracked the most sources that are remembered
 * @param burst what comes in this time at a rate may come at once
 * @param shedAfter a session that has been idle for so long may be ended for a client of another source
 * @param address bounds of each address: of IPv4 the whole, of IPv6 its first 64 bits
 * @param principal bounds of each principal
 */
public record LimitSettings(
        Networks exempt, int tracked, Duration burst, Duration shedAfter, Bounds address, Bounds principal) {
    /** What is served when nothing is limited. */
    public static final LimitSettings NONE = new LimitSettings(
            Networks.of("limits.exempt", ""),
            1024,
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Bounds.NONE,
            Bounds.NONE);

    /** About 1 KB each. */
    private static final int TRACKED = 65_536;

    private static final Duration SHED_AFTER = Duration.ofSeconds(60);

    /**
     * Bounds of one source. All but the share are events a second; 0 is no limit.
     *
     * @param share percent of the places that this process has for connections, and for sessions
     */
    public record Bounds(int share, int connects, int messages, int failedTokens, int unknownSessions, int handshakes) {
        static final Bounds NONE = new Bounds(100, 0, 0, 0, 0, 0);

        private static final int MOST = 10_000_000;

        Bounds checked(String key) {
            Expect.between(key + ".share", share, 1, 100);
            Expect.between(key + ".connects", connects, 0, MOST);
            Expect.between(key + ".messages", messages, 0, MOST);
            Expect.between(key + ".failed-tokens", failedTokens, 0, MOST);
            Expect.between(key + ".unknown-sessions", unknownSessions, 0, MOST);
            Expect.between(key + ".handshakes", handshakes, 0, MOST);
            return this;
        }
    }

    public LimitSettings {
        Expect.between("limits.tracked", tracked, 16, 10_000_000);
        Expect.positive("limits.burst", burst);
        Expect.positive("limits.shed-after", shedAfter);
        address.checked("limits.address");
        principal.checked("limits.principal");
    }

    /**
     * Reads {@code limits}.
     *
     * @param c {@code trunkline.balancer}
     */
    public static LimitSettings from(Config c) {
        return new LimitSettings(
                Networks.of("limits.exempt", c.getString("limits.exempt")),
                TRACKED,
                c.getDuration("limits.burst"),
                SHED_AFTER,
                new Bounds(
                        c.getInt("limits.address.share"),
                        c.getInt("limits.address.connects"),
                        c.getInt("limits.address.messages"),
                        c.getInt("limits.address.failed-tokens"),
                        c.getInt("limits.address.unknown-sessions"),
                        c.getInt("limits.address.handshakes")),
                new Bounds(
                        c.getInt("limits.principal.share"),
                        c.getInt("limits.address.connects"),
                        c.getInt("limits.principal.messages"),
                        0,
                        c.getInt("limits.address.unknown-sessions"),
                        0));
    }
}
