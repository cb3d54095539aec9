package io.trunkline.node.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.mcp.wire.ServerMessages;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where a run without a session asks its client. */
interface Asking {

    /**
     * Asks, or gives what is known. From any thread.
     *
     * @param kind what questions without a key are numbered by
     * @param key names the question; empty to number those of its kind
     */
    <T> CompletableFuture<T> ask(
            String kind, String key, String method, ServerMessages.Params params, ClientRequests.Answer<T> answer);

    /** What the handler has kept in earlier runs for the same request, or null. */
    @Nullable
    JsonNode values();

    /** The run has ended: nobody waits for answers. */
    void end();
}
