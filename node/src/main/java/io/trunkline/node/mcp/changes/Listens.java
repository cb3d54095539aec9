package io.trunkline.node.mcp.changes;

import io.trunkline.node.mcp.kit.Failures;
import io.trunkline.node.mcp.kit.Json;
import io.trunkline.node.mcp.kit.Later;
import io.trunkline.node.mcp.kit.Speaker;
import io.trunkline.node.mcp.wire.RpcFault;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one session that stay open to be told of changes, and what its client may have missed. Confined to
 * the session's thread.
 */
public final class Listens {

    /**
     * What those of all sessions share.
     *
     * @param most requests of one session that stay open at the same time
     * @param delay from the time that a session was bound to a node until its client is told of what it may have missed
     */
    public record Shared(Audience audience, Json json, Failures failures, Later later, Duration delay, int most) {}

    private final Shared shared;
    private final Speaker speaker;
    private @Nullable Map<String, Listen> open;
    private @Nullable CatchUp catchUp;

    public Listens(Shared shared, Speaker speaker) {
        this.shared = shared;
        this.speaker = speaker;
    }

    Shared shared() {
        return shared;
    }

    Speaker speaker() {
        return speaker;
    }

    /** Lets it be told of changes from now on. */
    public void add(Listen listen) throws RpcFault {
        Map<String, Listen> all = open == null ? new HashMap<>(2) : open;
        if (all.size() >= shared.most()) {
            throw RpcFault.invalidParams("There are " + shared.most() + " subscriptions already (expected: fewer)");
        }
        open = all;
        all.put(listen.key(), listen);
        shared.audience().join(listen);
    }

    public boolean contains(String key) {
        return open != null && open.containsKey(key);
    }

    public boolean isEmpty() {
        return open == null || open.isEmpty();
    }

    /** Ends the one of this key; nothing happens when there is none. */
    public void cancel(String key) {
        Listen listen = open == null ? null : open.remove(key);
        if (listen != null) {
            shared.audience().leave(listen);
            listen.cancel();
        }
    }

    /**
     * The client was out of reach for a while: its requests that listen are soon told of all that they may have missed.
     */
    public void catchUp() {
        if (open != null) {
            open.values().forEach(this::catchUp);
        }
    }

    /** The same for one listener. */
    public void catchUp(LateListener listener) {
        CatchUp all = catchUp == null ? new CatchUp(speaker, shared.later(), shared.delay()) : catchUp;
        catchUp = all;
        all.begin(listener);
    }

    /** The listener was told of a change. */
    void told(LateListener listener, String what) {
        if (catchUp != null) {
            catchUp.told(listener, what);
        }
    }

    /** Forgets all; nothing is told any more. */
    public void close() {
        if (open != null) {
            open.values().forEach(shared.audience()::leave);
            open = null;
        }
        if (catchUp != null) {
            catchUp.close();
        }
    }
}
