package io.trunkline.balancer.pool;

import java.util.Locale;

/** Whether a server gets requests. */
public enum ServerState {
    /** It gets requests. */
    UP,
    /** It failed, or has no address yet: it gets none until it is seen to be well. */
    DOWN,
    /** It gets only requests that belong to it already (sticky). */
    DRAIN,
    /** It gets none, and is not checked. */
    MAINTENANCE;

    /** The name in pages, metrics and configuration. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
