package io.trunkline.node.mcp.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.wire.Answers;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.mcp.wire.ServerMessages;
import io.trunkline.node.spi.UrlElicitation;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where a call without a session asks its client. */
public interface Asking {

    /** Gives a call the place where it asks, without a session. */
    @FunctionalInterface
    interface Source {

        /**
         * The place of this call.
         *
         * @param given what the client has sent along; null for nothing
         * @throws RpcFault when that cannot be used
         */
        Asking open(OpenCall call, @Nullable Answers given) throws RpcFault;
    }

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

    /** About what is kept of what the client has sent along, beyond the request itself. */
    default long heapBytes() {
        return 0;
    }

    /** What the client has answered and the handler has asked again. From any thread. */
    default ObjectNode used() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** The answer that sends the user to these URLs first; null when there is no form for it here. From any thread. */
    default byte @Nullable [] visits(List<UrlElicitation> visits) {
        return null;
    }

    /** The call has ended: the questions are abandoned. */
    void end();
}
