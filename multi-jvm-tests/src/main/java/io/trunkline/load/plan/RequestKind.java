package io.trunkline.load.plan;

/** The request that the load consists of. */
public enum RequestKind {
    /** MCP {@code ping}: no session needed, the smallest exchange there is. */
    PING,
    /** A call of the {@code echo} tool; the payload is padded inside its argument. */
    ECHO,
    /** A call of the {@code whoami} tool. */
    WHOAMI
}
