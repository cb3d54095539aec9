package io.trunkline.balancer.trunk;

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
}
