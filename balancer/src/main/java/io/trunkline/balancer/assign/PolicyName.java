package io.trunkline.balancer.assign;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The policies by the names that configuration knows them by. */
public enum PolicyName {
    ROUND_ROBIN,
    LEAST_CONNECTIONS,
    SOURCE_HASH;

    /** The policy with this name, for example {@code round-robin}, or null. */
    public static @Nullable PolicyName of(String name) {
        for (PolicyName policy : values()) {
            if (policy.label().equals(name)) {
                return policy;
            }
        }
        return null;
    }

    /** All names, for error messages. */
    public static String labels() {
        return Arrays.stream(values()).map(PolicyName::label).collect(Collectors.joining(", "));
    }

    /** The name in configuration. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A new policy of this kind; one serves a whole balancer. */
    public Policy create() {
        return new ByAffinity(
                switch (this) {
                    case ROUND_ROBIN -> new RoundRobin();
                    case LEAST_CONNECTIONS -> new LeastConnections();
                    case SOURCE_HASH -> new SourceHash();
                });
    }
}
