package io.trunkline.balancer.pool;

import io.trunkline.protocol.member.Expect;
import java.time.Duration;

/**
 * How the servers of a pool are asked whether they are well.
 *
 * @param kind what counts as well
 * @param method HTTP only
 * @param path HTTP only
 * @param statusFrom lowest status that counts as well; HTTP only
 * @param statusTo highest one
 * @param body what the first 16 KiB of the answer must have in them; empty for nothing; HTTP only
 * @param interval from the end of a check to the next one, give or take a tenth
 * @param timeout for the whole check
 * @param rise checks in a row that bring a server up
 * @param fall checks in a row that take it down
 */
public record CheckSettings(
        Kind kind,
        String method,
        String path,
        int statusFrom,
        int statusTo,
        String body,
        Duration interval,
        Duration timeout,
        int rise,
        int fall) {
    /** What a check does. */
    public enum Kind {
        OFF,
        /** Connects, and handshakes with TLS. */
        TCP,
        /** Sends an HTTP/1.1 request and reads the answer. */
        HTTP
    }

    /** By connecting. */
    public static final CheckSettings CONNECT = of(Kind.TCP);

    /** Not at all. */
    public static final CheckSettings OFF = of(Kind.OFF);

    public CheckSettings {
        Expect.that(method.matches("GET|HEAD|OPTIONS"), "health.method", method, "GET, HEAD or OPTIONS");
        Expect.that(path.matches("/[!-~]{0,1023}"), "health.path", '"' + path + '"', "a path such as /health");
        Expect.between("health.status", statusFrom, 100, 599);
        Expect.between("health.status", statusTo, statusFrom, 599);
        Expect.that(body.length() <= 1024, "health.body", body.length() + " characters", "at most 1024");
        Expect.that(interval.toMillis() >= 100 && interval.toHours() <= 1, "health.interval", interval, "100ms to 1h");
        Expect.that(timeout.toMillis() >= 10 && timeout.toMinutes() <= 5, "health.timeout", timeout, "10ms to 5m");
        Expect.between("health.rise", rise, 1, 100);
        Expect.between("health.fall", fall, 1, 100);
    }

    private static CheckSettings of(Kind kind) {
        return new CheckSettings(kind, "GET", "/", 200, 399, "", Duration.ofSeconds(3), Duration.ofSeconds(3), 2, 3);
    }
}
