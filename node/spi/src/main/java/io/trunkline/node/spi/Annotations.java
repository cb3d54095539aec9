package io.trunkline.node.spi;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Hints on how to use a resource or a piece of content. Source: MCP 2025-11-25, server/resources, annotations.
 *
 * @param audience for whom it is meant; empty for no hint
 * @param priority from 0, least important, to 1, needed; null for no hint
 * @param lastModified when it changed last, told to clients since 2025-06-18; null for no hint
 */
public record Annotations(
        Set<Role> audience,
        @Nullable Double priority,
        @Nullable Instant lastModified) {

    /** No hints. */
    public static final Annotations NONE = new Annotations(Set.of(), null, null);

    public Annotations {
        if (priority != null && !(priority >= 0 && priority <= 1)) {
            throw new IllegalArgumentException("priority: " + priority + " (expected: 0 to 1)");
        }
        audience = Set.copyOf(audience);
    }

    /** For this audience. */
    public static Annotations audience(Role... audience) {
        return new Annotations(Set.of(audience), null, null);
    }

    /** Of this importance, 0 to 1. */
    public static Annotations priority(double priority) {
        return new Annotations(Set.of(), priority, null);
    }
}
