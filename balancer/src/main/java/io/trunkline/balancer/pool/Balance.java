package io.trunkline.balancer.pool;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a pool shares requests among its servers; each by weight. */
public enum Balance {
    ROUND_ROBIN,
    LEAST_CONNECTIONS,
    SOURCE_HASH,
    RANDOM_TWO_CHOICES,
    LEAST_CONNECTIONS_SOURCE_HASH;

    /** The one with this name, for example {@code round-robin}, or null. */
    public static @Nullable Balance of(String name) {
        return Arrays.stream(values())
                .filter(balance -> balance.label().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** All names, for error messages. */
    public static String labels() {
        return Arrays.stream(values()).map(Balance::label).collect(Collectors.joining(", "));
    }

    /** The name in configuration. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
