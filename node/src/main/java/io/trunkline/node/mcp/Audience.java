package io.trunkline.node.mcp;

import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.Methods;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sessions of a node that are told when something changes: all of them of lists, the subscribed ones of resources.
 * Bounded by the sessions of the node and the subscriptions of each. Thread-safe.
 */
final class Audience {

    private static final int MAX_NOTIFICATION = 64 << 10;

    private final McpServer server;
    private final boolean listsChange;
    private final boolean resourcesUpdate;
    private final Set<Conversation> all = ConcurrentHashMap.newKeySet();
    private final Map<String, Set<Conversation>> subscribers = new ConcurrentHashMap<>();

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

    void subscribe(Conversation conversation, String uri) {
        subscribers.compute(uri, (key, present) -> {
            Set<Conversation> members = present == null ? ConcurrentHashMap.newKeySet(1) : present;
            members.add(conversation);
            return members;
        });
    }

    void unsubscribe(Conversation conversation, String uri) {
        subscribers.computeIfPresent(uri, (key, members) -> {
            members.remove(conversation);
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
        all.forEach(conversation -> conversation.announce(method, message));
    }

    /** A resource has changed. */
    void updated(String uri) {
        Set<Conversation> members = subscribers.get(uri);
        if (members != null) {
            byte[] message = write(Methods.RESOURCES_UPDATED, uri);
            members.forEach(conversation -> conversation.announce(uri, message));
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
