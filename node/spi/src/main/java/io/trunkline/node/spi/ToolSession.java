package io.trunkline.node.spi;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * The session behind a call, with a few values that tools can keep in it. Thread-safe.
 *
 * <p>A client without a session (MCP 2026-07-28) has values for one request, in all the runs that it takes, and none
 * for the next.
 *
 * <p>The values move with the session when its node dies or drains, hence their bound: all keys and values of a session
 * together take at most 4 KiB as JSON. They are shared by all tools; begin a key with the name of your module.
 */
public interface ToolSession {

    /** Where the session is now. */
    SessionInfo info();

    /** The value under a key, or null. Do not change what it returns: put a changed copy. */
    @Nullable
    JsonNode get(String key);

    /**
     * Keeps a copy of a value in the session.
     *
     * @throws ToolException when the session's values would exceed their bound; nothing is changed then
     */
    void put(String key, JsonNode value) throws ToolException;

    /** Forgets a value; nothing happens when there is none. */
    void remove(String key);

    /**
     * Tells the client that what it was asked to do at a URL is done. Nothing happens when the client does not know
     * such questions or the session is not on this node any more. Beyond a bound on those that wait to be sent, they
     * are dropped.
     *
     * @param elicitationId of a {@link UrlElicitation} that this session was asked
     */
    void elicitationCompleted(String elicitationId);
}
