package io.trunkline.node.tasks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.changes.WatchedTask;
import io.trunkline.node.mcp.state.RequestStates;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.protocol.session.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Makes and opens the ids of tasks: two characters that name a slot, as in a {@link SessionId}, then what the task is,
 * sealed for one principal, so that every node of the cluster can tell a genuine id from others and none can be
 * guessed. Shorter than 4 KiB, because clients repeat it in the header {@code Mcp-Name}. Thread-safe.
 */
public final class TaskHandles {

    /** Bytes of a call that an id carries at most. */
    public static final int MAX_CALL = 2 << 10;

    /** Characters of an id. */
    public static final int MAX_LENGTH = WatchedTask.MAX_ID;

    private static final int SLOT = 2;

    private final ObjectMapper mapper;
    private final RequestStates states;
    private final InstantSource clock;

    /**
     * @param key 32 bytes, the same on all nodes
     * @param longest that an id can be good
     */
    TaskHandles(ObjectMapper mapper, byte[] key, Duration longest, InstantSource clock) {
        this.mapper = mapper;
        this.states = new RequestStates(mapper, key, longest, clock);
        this.clock = clock;
    }

    /**
     * Makes an id that is good from now on.
     *
     * @param call what it takes to run it again; null for nothing. Left out when it is too large
     */
    TaskHandle mint(int slot, String principal, String tool, Duration ttl, @Nullable JsonNode call) {
        Instant now = Instant.ofEpochMilli(clock.millis());
        JsonNode carried = call != null && isSmall(call) ? call : null;
        ObjectNode content = mapper.createObjectNode();
        content.put("tool", tool).put("created", now.toEpochMilli()).put("ttl", ttl.toMillis());
        if (carried != null) {
            content.set("call", carried);
        }
        String prefix = SessionId.slotPrefix(slot);
        String id = prefix + states.seal(content, owner(principal, prefix));
        return new TaskHandle(id, tool, now, ttl, carried);
    }

    private boolean isSmall(JsonNode call) {
        try {
            return mapper.writeValueAsBytes(call).length <= MAX_CALL;
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    /** What the id says; null unless it was made here for this principal and is still good. */
    @Nullable
    TaskHandle open(String id, String principal) {
        if (id.length() > MAX_LENGTH || SessionId.prefixSlot(id) < 0) {
            return null;
        }
        JsonNode content;
        try {
            content = states.open(id.substring(SLOT), owner(principal, id.substring(0, SLOT)))
                    .content();
        } catch (RpcFault fault) {
            return null;
        }
        TaskHandle handle = new TaskHandle(
                id,
                content.path("tool").asText(),
                Instant.ofEpochMilli(content.path("created").asLong()),
                Duration.ofMillis(content.path("ttl").asLong()),
                content.get("call"));
        return clock.instant().isBefore(handle.until()) ? handle : null;
    }

    private byte[] owner(String principal, String prefix) {
        return states.digest(principal, "tasks", prefix, mapper.createObjectNode());
    }
}
