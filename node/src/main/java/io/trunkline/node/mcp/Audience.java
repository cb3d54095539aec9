package io.trunkline.node.mcp;

import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.Methods;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who on a node is told when something changes: all sessions of lists, the subscribed ones of resources, and requests that
 * listen of what they name. Bounded by the sessions of the node and the subscriptions of each. Thread-safe.
 */
final class Audience {

    private static final int MAX_NOTIFICATION = 64 << 10;

    private final McpServer server;
    private final boolean listsChange;
    private final boolean resourcesUpdate;
    private final Set<Listener> all = ConcurrentHashMap.newKeySet();
    private final Map<String, Set<Listener>> subscribers = new ConcurrentHashMap<>();

    /**
     * @param listsChange whether some list can change; otherwise sessions cost nothing here
     * @param resourcesUpdate whether clients may subscribe
     */
    Audience(McpServer server, boolean listsChange, boolean resourcesUpdate) {
        this.server = server;
        this.listsChange = listsChange;
        this.resourcesUpdate = resourcesUpdate;
    }

    /** Whether a session can ever be told anything. */
    boolean needed() {
        return listsChange || resourcesUpdate;
    }

    /** A session begins here, with the subscriptions that it brings. */
    void join(Conversation conversation) {
        if (listsChange) {
            all.add(conversation);
        }
        conversation.state().subscriptions().forEach(uri -> subscribe(conversation, uri));
    }

    /** A session ends here. */
    void leave(Conversation conversation) {
        if (listsChange) {
            all.remove(conversation);
        }
        conversation.state().subscriptions().forEach(uri -> unsubscribe(conversation, uri));
    }

    /** A request listens. */
    void join(Listen listen) {
        if (!listen.lists().isEmpty()) {
            all.add(listen);
        }
        listen.uris().forEach(uri -> subscribe(listen, uri));
        listen.tasks().forEach(task -> task.join(listen));
    }

    /** A request listens no more. */
    void leave(Listen listen) {
        all.remove(listen);
        listen.uris().forEach(uri -> unsubscribe(listen, uri));
        listen.tasks().forEach(task -> task.leave(listen));
    }

    void subscribe(Listener listener, String uri) {
        subscribers.compute(uri, (key, present) -> {
            Set<Listener> members = present == null ? ConcurrentHashMap.newKeySet(1) : present;
            members.add(listener);
            return members;
        });
    }

    void unsubscribe(Listener listener, String uri) {
        subscribers.computeIfPresent(uri, (key, members) -> {
            members.remove(listener);
            return members.isEmpty() ? null : members;
        });
    }

    /** How many URIs have a subscriber. */
    int subscribed() {
        return subscribers.size();
    }

    /** A list has changed. */
    void tellAll(String method) {
        byte[] message = write(method, "");
        all.forEach(listener -> listener.announce(method, message));
    }

    /** A resource has changed. */
    void updated(String uri) {
        Set<Listener> members = subscribers.get(uri);
        if (members != null) {
            byte[] message = write(Methods.RESOURCES_UPDATED, uri);
            members.forEach(listener -> listener.announce(uri, message));
        }
    }

    /** What a session that goes on here may have missed: every resource that it watches. */
    void catchUp(Conversation conversation) {
        conversation
                .state()
                .subscriptions()
                .forEach(uri -> conversation.announce(uri, write(Methods.RESOURCES_UPDATED, uri)));
    }

    private byte[] write(String method, String uri) {
        try {
            return ServerMessages.notification(server.mapper(), method, MAX_NOTIFICATION, json -> {
                if (!uri.isEmpty()) {
                    json.writeStringField("uri", Messages.wellFormed(uri));
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("a notification of a text", e);
        }
    }
}
