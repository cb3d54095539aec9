package io.trunkline.balancer.session;

import io.trunkline.balancer.http.HttpSettings;
import java.util.concurrent.atomic.AtomicLong;

/** The bound of what all sessions of this process keep of their events. Thread-safe. */
final class ReplayMemory {
    private final HttpSettings.Replay bounds;
    private final AtomicLong bytes = new AtomicLong();

    ReplayMemory(HttpSettings.Replay bounds) {
        this.bounds = bounds;
    }

    HttpSettings.Replay bounds() {
        return bounds;
    }

    /** Takes so many bytes more for events that are kept; false, and nothing changed, when there would be too many. */
    boolean hold(int more) {
        if (bytes.addAndGet(more) > bounds.total()) {
            bytes.addAndGet(-more);
            return false;
        }
        return true;
    }

    void release(int less) {
        bytes.addAndGet(-less);
    }

    /** Bytes of all events that are kept. */
    long bytes() {
        return bytes.get();
    }
}
