package io.trunkline.balancer.trunk;

import com.typesafe.config.Config;
import io.trunkline.protocol.member.Expect;
import java.time.Duration;

/**
 * The settings of {@code trunkline.balancer.trunk}.
 *
 * @param connect how long a connection attempt may take
 * @param handshake how long the proofs may take after that
 * @param ping time between two pings
 * @param suspect how long a trunk may say nothing before its node gets no new clients
 * @param silence how long a trunk may say nothing before it is closed
 * @param backoffMin the pause before the first reconnect
 * @param backoffMax the longest pause; each is twice the one before, give or take a fifth
 */
public record EdgeTrunkSettings(
        Duration connect,
        Duration handshake,
        Duration ping,
        Duration suspect,
        Duration silence,
        Duration backoffMin,
        Duration backoffMax) {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration HANDSHAKE = Duration.ofSeconds(5);
    private static final Duration BACKOFF_MIN = Duration.ofMillis(100);
    private static final Duration BACKOFF_MAX = Duration.ofSeconds(5);

    public EdgeTrunkSettings {
        Expect.positive("trunk.connect", connect);
        Expect.positive("trunk.handshake", handshake);
        Expect.positive("trunk.ping", ping);
        Expect.that(suspect.compareTo(ping) > 0, "trunk.suspect", suspect, "> trunk.ping, which is " + ping);
        Expect.that(silence.compareTo(suspect) > 0, "trunk.silence", silence, "> trunk.suspect, which is " + suspect);
        Expect.positive("trunk.backoff-min", backoffMin);
        Expect.that(
                backoffMax.compareTo(backoffMin) >= 0,
                "trunk.backoff-max",
                backoffMax,
                ">= trunk.backoff-min, which is " + backoffMin);
    }

    /**
     * Reads {@code trunk}: a trunk is pinged eight times in its silence, and suspect after half of it.
     *
     * @param c {@code trunkline.balancer}
     */
    public static EdgeTrunkSettings from(Config c) {
        Duration silence = c.getDuration("trunk.silence");
        Expect.that(silence.toMillis() >= 100, "trunk.silence", silence, ">= 100ms");
        return new EdgeTrunkSettings(
                CONNECT, HANDSHAKE, silence.dividedBy(8), silence.dividedBy(2), silence, BACKOFF_MIN, BACKOFF_MAX);
    }
}
