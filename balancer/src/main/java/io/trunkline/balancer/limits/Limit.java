package io.trunkline.balancer.limits;

import java.util.Locale;

/** What a source may have too much of. */
public enum Limit {
    /** Connections at a time. */
    CONNECTIONS,
    /** New connections a second. */
    CONNECTS,
    /** Sessions at a time. */
    SESSIONS,
    /** Messages a second: the source is read more slowly. */
    MESSAGES,
    /** Tokens that are not valid, a second. */
    FAILED_TOKENS,
    /** Ids of sessions that are not known, a second. */
    UNKNOWN_SESSIONS,
    /** TLS handshakes a second. */
    HANDSHAKES,
    /** An idle session was ended because a client of another source needed its place. */
    SHED;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** Its name in metrics and logs: stable. */
    public String label() {
        return label;
    }
}
