package io.trunkline.node.mcp;

import io.trunkline.node.mcp.wire.RpcFault;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The requests of one conversation that stay open to be told of changes. Confined to the conversation's thread. */
final class Listens {

    private final Audience audience;
    private final int most;
    private @Nullable Map<String, Listen> open;

    /**
     * @param most at the same time
     */
    Listens(Audience audience, int most) {
        this.audience = audience;
        this.most = most;
    }

    /** Lets it be told of changes from now on. */
    void add(Listen listen) throws RpcFault {
        Map<String, Listen> all = open == null ? new HashMap<>(2) : open;
        if (all.size() >= most) {
            throw RpcFault.invalidParams("There are " + most + " subscriptions already (expected: fewer)");
        }
        open = all;
        all.put(listen.key(), listen);
        audience.join(listen);
    }

    boolean contains(String key) {
        return open != null && open.containsKey(key);
    }

    boolean isEmpty() {
        return open == null || open.isEmpty();
    }

    /** Ends the one of this key; nothing happens when there is none. */
    void cancel(String key) {
        Listen listen = open == null ? null : open.remove(key);
        if (listen != null) {
            audience.leave(listen);
            listen.cancel();
        }
    }

    /** Does this to each. */
    void forEach(Consumer<Listen> action) {
        if (open != null) {
            open.values().forEach(action);
        }
    }

    /** Forgets all. */
    void close() {
        if (open != null) {
            open.values().forEach(audience::leave);
            open = null;
        }
    }
}
