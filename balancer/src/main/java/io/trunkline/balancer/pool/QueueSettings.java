package io.trunkline.balancer.pool;

import io.trunkline.protocol.member.Expect;
import java.time.Duration;

/**
 * What waits while every server of a pool has as much as it may.
 *
 * @param limit requests and connections that wait at a time; 0: none does
 * @param deadline how long one may wait
 */
public record QueueSettings(int limit, Duration deadline) {
    public static final QueueSettings DEFAULT = new QueueSettings(1024, Duration.ofSeconds(5));

    public QueueSettings {
        Expect.between("queue.limit", limit, 0, 1_000_000);
        Expect.that(deadline.toMillis() >= 1 && deadline.toMinutes() <= 10, "queue.deadline", deadline, "1ms to 10m");
    }
}
