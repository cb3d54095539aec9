package io.trunkline.node.spi;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The severity of a log message to the client, least severe first. Source: RFC 5424, section 6.2.1, in MCP's names. */
public enum LogLevel {
    DEBUG,
    INFO,
    NOTICE,
    WARNING,
    ERROR,
    CRITICAL,
    ALERT,
    EMERGENCY;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** The level that MCP writes like this, or null. */
    public static @Nullable LogLevel of(String text) {
        for (LogLevel level : values()) {
            if (level.text.equals(text)) {
                return level;
            }
        }
        return null;
    }

    /** The level as MCP writes it. */
    public String text() {
        return text;
    }
}
