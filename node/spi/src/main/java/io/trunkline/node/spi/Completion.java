package io.trunkline.node.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Suggestions for an argument, best first. Clients get the first {@value #MAX_VALUES}.
 *
 * @param values the suggestions
 * @param total how many there are in all, those not in {@code values} included; -1 when unknown
 * @param hasMore whether there are more than in {@code values}
 * @param meta told as {@code _meta}; null for none. Do not change it after it was returned.
 */
public record Completion(
        List<String> values,
        int total,
        boolean hasMore,
        @Nullable ObjectNode meta) {

    /** What one answer may carry. Source: MCP 2025-11-25, server/utilities/completion, completion results. */
    public static final int MAX_VALUES = 100;

    /** Nothing to suggest. */
    public static final Completion NONE = new Completion(List.of(), 0, false);

    public Completion {
        hasMore = hasMore || values.size() > MAX_VALUES;
        total = total < 0 ? -1 : Math.max(total, values.size());
        values = List.copyOf(values.subList(0, Math.min(values.size(), MAX_VALUES)));
    }

    /** Without {@code _meta}. */
    public Completion(List<String> values, int total, boolean hasMore) {
        this(values, total, hasMore, null);
    }

    /** These suggestions and no others. */
    public static Completion of(List<String> values) {
        return new Completion(values, values.size(), false);
    }

    /** Those of {@code all} that begin with {@code prefix}, in upper or lower case. */
    public static Completion startingWith(String prefix, List<String> all) {
        String lower = prefix.toLowerCase(Locale.ROOT);
        return of(all.stream()
                .filter(value -> value.toLowerCase(Locale.ROOT).startsWith(lower))
                .toList());
    }
}
