package io.trunkline.balancer.pool;

import io.trunkline.protocol.member.Expect;
import java.time.Duration;

/**
 * When a server is left alone for what became of its requests.
 *
 * @param maxFails so many failures in a row, and it is left alone; 0: never. Four successes make up for one failure
 * @param failTimeout how long it is left alone before one request tries it, and after how long a failure is forgotten
 */
public record PassiveSettings(int maxFails, Duration failTimeout) {
    public static final PassiveSettings DEFAULT = new PassiveSettings(3, Duration.ofSeconds(30));

    public PassiveSettings {
        Expect.between("health.max-fails", maxFails, 0, 1_000);
        Expect.that(
                failTimeout.toMillis() >= 100 && failTimeout.toHours() <= 1,
                "health.fail-timeout",
                failTimeout,
                "100ms to 1h");
    }
}
