package io.trunkline.protocol.member;

import org.apache.pekko.actor.Address;

/** A host (name or address, an IPv6 address in brackets) and a port, written {@code host:port}. */
public record HostPort(String host, int port) {

    public HostPort {
        Expect.notBlank("host", host);
        Expect.port("port", port);
    }

    /**
     * Reads {@code host:port}.
     *
     * @param key the setting that the text comes from, for the error
     */
    public static HostPort parse(String key, String text) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            String host = text.substring(0, Math.max(colon, 0));
            boolean plain = host.indexOf(':') < 0 || (host.startsWith("[") && host.endsWith("]"));
            Expect.that(plain && !host.isBlank() && port > 0 && port <= 65_535, key, text, "host:port");
            return new HostPort(host, port);
        } catch (NumberFormatException e) {
            throw new SettingsException(key + ": " + text + " (expected: host:port)", e);
        }
    }

    /** The host and port of a member's Artery listener. */
    public static HostPort of(Address member) {
        return new HostPort(member.getHost().orElse("unknown"), member.getPort().orElse(0));
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 || host.startsWith("[") ? host : "[" + host + "]") + ":" + port;
    }
}
