package io.trunkline.node.spi;

import java.util.Locale;

/** Who speaks, or for whom something is meant. */
public enum Role {
    USER,
    ASSISTANT;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** The role as MCP writes it. */
    public String text() {
        return text;
    }
}
