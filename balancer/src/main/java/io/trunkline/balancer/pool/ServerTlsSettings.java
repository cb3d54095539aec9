package io.trunkline.balancer.pool;

/**
 * Whether servers are spoken to over TLS. Their certificates are always verified, the name in them included.
 *
 * @param roots PEM file with the certificates that theirs must lead to; empty: those that Java knows
 * @param name what their certificates must be for, and what they are asked for (SNI); empty: the host of each server
 */
public record ServerTlsSettings(boolean on, String roots, String name) {
    public static final ServerTlsSettings OFF = new ServerTlsSettings(false, "", "");
}
