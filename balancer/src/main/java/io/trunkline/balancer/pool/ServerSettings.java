package io.trunkline.balancer.pool;

import io.trunkline.protocol.member.Expect;

/**
 * One server of a pool.
 *
 * @param name what pages, metrics and cookies know it by; unique in its pool
 * @param host an address, or a name that is looked up again
 * @param weight its share against those of the others, 0 to 256; with 0 it gets only what belongs to it already
 * @param connectionLimit requests under way and connections, at most; 0 for no limit
 */
public record ServerSettings(String name, String host, int port, int weight, int connectionLimit) {
    /** The heaviest weight. */
    public static final int HEAVIEST = 256;

    public ServerSettings {
        Expect.that(name.matches("[A-Za-z0-9._-]{1,64}"), "name", '"' + name + '"', "1 to 64 of A-Z a-z 0-9 . _ -");
        Expect.notBlank("host", host);
        Expect.between("port", port, 1, 65_535);
        Expect.between("weight", weight, 0, HEAVIEST);
        Expect.between("connection-limit", connectionLimit, 0, 1_000_000);
    }

    /** A server of weight 1 without a limit, named by its address. */
    public static ServerSettings of(String host, int port) {
        return new ServerSettings(host.replace(':', '.') + "-" + port, host, port, 1, 0);
    }
}
