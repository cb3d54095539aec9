package io.trunkline.node.spi;

import org.jspecify.annotations.Nullable;

/**
 * What a tool says about its own behaviour; null leaves MCP's default.
 *
 * <p>Trunkline relies on two of them itself: a call of a tool that is read-only or idempotent may be run a second time
 * when its node dies in the middle. So say so only when it is true.
 *
 * @param readOnly changes nothing in its environment; default false
 * @param destructive may overwrite or delete, meaningful only when not read-only; default true
 * @param idempotent a second call with the same arguments changes nothing more; default false
 * @param openWorld deals with things outside, such as the web; default true
 */
public record ToolAnnotations(
        @Nullable Boolean readOnly,
        @Nullable Boolean destructive,
        @Nullable Boolean idempotent,
        @Nullable Boolean openWorld) {

    /** Says nothing. */
    public static final ToolAnnotations NONE = new ToolAnnotations(null, null, null, null);

    /** Whether a call may be run again when it is unknown whether it ran. */
    public boolean safeToRepeat() {
        return Boolean.TRUE.equals(readOnly) || Boolean.TRUE.equals(idempotent);
    }
}
