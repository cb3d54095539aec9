package io.trunkline.node.mcp;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the server can be asked and told: the one place to add a method to. Filled once, then only read. */
final class MethodTable {

    private final Map<String, Method> requests = new HashMap<>();
    private final Map<String, Notification> notifications = new HashMap<>();

    /** Answers a request at once, or starts what will answer it. */
    @FunctionalInterface
    interface Handler {
        void handle(Conversation conversation, Request request) throws RpcFault;
    }

    /** Acts upon a notification; whatever is wrong with it is ignored, as nobody would read the answer. */
    @FunctionalInterface
    interface Notification {
        void handle(Conversation conversation, io.trunkline.protocol.jsonrpc.Envelope notification) throws RpcFault;
    }

    /** How a method is treated before its handler runs. */
    enum Trait {
        /** Allowed before {@code initialize}. */
        EARLY,
        /** Handled even when the session has all the requests in flight that it may have; must be quick. */
        URGENT,
        /** May be run a second time when nobody knows whether it ran. */
        REPEATABLE
    }

    /** A method and its traits. */
    record Method(Handler handler, boolean early, boolean urgent, boolean repeatable) {}

    MethodTable request(String name, Handler handler, Trait... traits) {
        var all = java.util.Set.of(traits);
        requests.put(
                name,
                new Method(
                        handler,
                        all.contains(Trait.EARLY),
                        all.contains(Trait.URGENT),
                        all.contains(Trait.REPEATABLE)));
        return this;
    }

    MethodTable notification(String name, Notification handler) {
        notifications.put(name, handler);
        return this;
    }

    @Nullable
    Method request(String name) {
        return requests.get(name);
    }

    @Nullable
    Notification notification(String name) {
        return notifications.get(name);
    }
}
