package io.trunkline.balancer.config;

import io.trunkline.protocol.member.Expect;

/**
 * A port for clients of servers outside the cluster.
 *
 * @param host address to bind
 * @param certificate PEM file; empty: no TLS
 * @param key PEM file
 * @param proxyProtocolFrom networks whose connections begin with the PROXY protocol; empty: none do
 * @param pool where everything goes that no route names; empty: nothing does
 * @param connectionLimit clients at a time; 0: as many as the process has room for
 */
public record ListenerSettings(
        String name,
        Protocol protocol,
        String host,
        int port,
        String certificate,
        String key,
        String proxyProtocolFrom,
        String pool,
        int connectionLimit) {
    /** What clients speak. */
    public enum Protocol {
        /** Whatever they like: bytes are passed on. */
        TCP,
        HTTP
    }

    public ListenerSettings {
        Expect.that(
                name.matches("[A-Za-z0-9._-]{1,64}"), "", '"' + name + '"', "a name of 1 to 64 of A-Z a-z 0-9 . _ -");
        Expect.notBlank("host", host);
        Expect.port("port", port);
        Expect.that(
                certificate.isEmpty() == key.isEmpty(),
                certificate.isEmpty() ? "tls.certificate" : "tls.key",
                "\"\"",
                "a file, because the other one of tls.certificate and tls.key is set");
        Expect.that(
                protocol == Protocol.HTTP || !pool.isEmpty(), "pool", "\"\"", "a pool, because bytes have no routes");
        Expect.between("connection-limit", connectionLimit, 0, 1_000_000);
    }

    static ListenerSettings from(String name, BlockSettings block) {
        return block.read(() -> {
            BlockSettings tls = block.block("tls");
            return new ListenerSettings(
                    name,
                    block.one(Protocol.class, "protocol", Protocol.HTTP),
                    block.text("host", "127.0.0.1"),
                    port(block),
                    tls.text("certificate", ""),
                    tls.text("key", ""),
                    block.text("proxy-protocol-from", ""),
                    block.text("pool", ""),
                    block.number("connection-limit", 0));
        });
    }

    private static int port(BlockSettings block) {
        block.text("port");
        return block.number("port", 0);
    }
}
