package io.trunkline.balancer.proxy.tcp;

import io.trunkline.protocol.member.Expect;
import java.time.Duration;

/**
 * How bytes are carried.
 *
 * @param name of the listener, for metrics
 * @param idle without a byte in either direction, a connection ends; zero: it does not
 * @param spares connections that each event loop holds ready to each server; for protocols in which the client speaks
 *     first
 */
public record TcpProxySettings(String name, Duration idle, int spares) {
    public TcpProxySettings {
        Expect.notBlank("name", name);
        Expect.that(!idle.isNegative() && idle.toHours() <= 168, "idle", idle, "0s to 168h");
        Expect.between("spares", spares, 0, 1_000);
    }

    /** As it is when nothing else is said. */
    public static TcpProxySettings of(String name) {
        return new TcpProxySettings(name, Duration.ofMinutes(5), 0);
    }
}
