package io.trunkline.node.guard;

import java.time.Duration;

/**
 * The values under {@code trunkline.node.mcp.tools.circuit}.
 *
 * @param losses so many nodes lost with calls of one tool refuse it for a while
 * @param within the time in which they are counted
 * @param open how long calls are refused, before one is tried
 */
public record CircuitSettings(int losses, Duration within, Duration open) {

    /** The values of reference.conf. */
    public static final CircuitSettings DEFAULT =
            new CircuitSettings(3, Duration.ofSeconds(60), Duration.ofSeconds(60));

    public CircuitSettings {
        if (losses < 1) {
            throw new IllegalArgumentException("mcp.tools.circuit.losses: " + losses + " (expected: > 0)");
        }
        positive("within", within);
        positive("open", open);
    }

    private static void positive(String key, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("mcp.tools.circuit." + key + ": " + value + " (expected: > 0)");
        }
    }
}
