package io.trunkline.balancer.pool;

import io.trunkline.protocol.member.Expect;
import java.util.Locale;

/**
 * How clients of a pool stay with their server; through every balancer, because nothing is remembered.
 *
 * @param name of the cookie or header; empty where the kind needs none
 */
public record Sticky(Kind kind, String name) {
    /** Clients do not stay. */
    public static final Sticky NONE = new Sticky(Kind.NONE, "");

    /** What tells where a client belongs. */
    public enum Kind {
        NONE,
        /** A cookie that the proxy sets to the server's token. */
        COOKIE,
        /** A header that clients send: equal values meet the same server ({@link Ask#key}). */
        HEADER,
        /** {@code Mcp-Session-Id}: the proxy puts the server's token in front of the id that the server gave out. */
        SESSION;

        /** The name in configuration. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Sticky {
        boolean named = kind == Kind.COOKIE || kind == Kind.HEADER;
        // RFC 9110, 5.6.2: a token, which is what names of headers and cookies are.
        Expect.that(
                named ? name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}") : name.isEmpty(),
                "sticky.name",
                '"' + name + '"',
                named ? "the name of a " + kind.label() : "no name with sticky " + kind.label());
    }
}
