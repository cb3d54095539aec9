package io.trunkline.node.mcp.changes;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.trunkline.node.mcp.wire.ServerMessages;
import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.Methods;
import io.trunkline.protocol.uri.NormalUri;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Who on a node is told when something changes: all sessions of lists, the subscribed ones of resources, and requests
 * that listen of what they name. Bounded by the sessions of the node and the subscriptions of each. Thread-safe.
 */
public final class Audience {

    private static final int MAX_NOTIFICATION = 64 << 10;

    private final ObjectMapper mapper;
    private final Set<String> lists;
    private final boolean resourcesUpdate;
    private final LongAdder listens = new LongAdder();
    private final Set<Listener> all = ConcurrentHashMap.newKeySet();
    /** By normal forms. */
    private final Map<String, Set<Subscription>> subscribers = new ConcurrentHashMap<>();

    /** A listener is told of a resource by the URI that it has used itself. */
    private record Subscription(Listener listener, String uri) {}

    /**
     * @param lists that can change, by their notifications; when there are none, sessions cost nothing here
     * @param resourcesUpdate whether clients may subscribe
     */
    public Audience(ObjectMapper mapper, Set<String> lists, boolean resourcesUpdate) {
        this.mapper = mapper;
        this.lists = lists;
        this.resourcesUpdate = resourcesUpdate;
    }

    /** Whether a session can ever be told anything. */
    public boolean needed() {
        return !lists.isEmpty() || resourcesUpdate;
    }

    /** The lists of which every session is told when they change. */
    Set<String> lists() {
        return lists;
    }

    /** A session begins here, with the subscriptions that it brings. */
    void join(Listener session, Set<String> subscriptions) {
        if (!lists.isEmpty()) {
            all.add(session);
        }
        subscriptions.forEach(uri -> subscribe(session, uri));
    }

    /** A session ends here. */
    void leave(Listener session, Set<String> subscriptions) {
        if (!lists.isEmpty()) {
            all.remove(session);
        }
        subscriptions.forEach(uri -> unsubscribe(session, uri));
    }

    /** A request listens. */
    void join(Listen listen) {
        listens.increment();
        if (!listen.lists().isEmpty()) {
            all.add(listen);
        }
        listen.uris().forEach(uri -> subscribe(listen, uri));
        listen.tasks().forEach(task -> task.join(listen));
    }

    /** A request listens no more. */
    void leave(Listen listen) {
        listens.decrement();
        all.remove(listen);
        listen.uris().forEach(uri -> unsubscribe(listen, uri));
        listen.tasks().forEach(task -> task.leave(listen));
    }

    public void subscribe(Listener listener, String uri) {
        subscribers.compute(NormalUri.of(uri), (key, present) -> {
            Set<Subscription> members = present == null ? ConcurrentHashMap.newKeySet(1) : present;
            members.add(new Subscription(listener, uri));
            return members;
        });
    }

    public void unsubscribe(Listener listener, String uri) {
        subscribers.computeIfPresent(NormalUri.of(uri), (key, members) -> {
            members.remove(new Subscription(listener, uri));
            return members.isEmpty() ? null : members;
        });
    }

    /** How many URIs have a subscriber. */
    public int subscribed() {
        return subscribers.size();
    }

    /** How many requests listen. */
    public long listening() {
        return listens.sum();
    }

    /**
     * Whether this resource has a subscriber.
     *
     * @param normal form of its URI
     */
    boolean watches(String normal) {
        return subscribers.containsKey(normal);
    }

    /**
     * Tells all listeners that it concerns of a {@linkplain Changes change}; a resource is named by its normal form.
     */
    void tell(String change) {
        if (Changes.isList(change)) {
            if (!all.isEmpty()) {
                byte[] message = message(change);
                all.forEach(listener -> listener.announce(change, message));
            }
            return;
        }
        String written = "";
        byte[] message = {};
        for (Subscription one : subscribers.getOrDefault(change, Set.of())) {
            if (!one.uri().equals(written)) {
                written = one.uri();
                message = message(written);
            }
            one.listener().announce(written, message);
        }
    }

    /** The notification of a change, as sessions are told. */
    byte[] message(String change) {
        boolean list = Changes.isList(change);
        try {
            return ServerMessages.notification(
                    mapper, list ? change : Methods.RESOURCES_UPDATED, MAX_NOTIFICATION, json -> {
                        if (!list) {
                            json.writeStringField("uri", Messages.wellFormed(change));
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException("a notification of a text", e);
        }
    }
}
