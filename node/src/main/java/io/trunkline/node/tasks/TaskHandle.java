package io.trunkline.node.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the id of a task says to those who can open it.
 *
 * @param id the task's id
 * @param tool the name of what runs
 * @param created when the client was given the id
 * @param ttl how long it is good from then on
 * @param call what it takes to run the call again; null when it must not be, or is too large for an id
 */
record TaskHandle(
        String id,
        String tool,
        Instant created,
        Duration ttl,
        @Nullable JsonNode call) {

    public Instant until() {
        return created.plus(ttl);
    }
}
