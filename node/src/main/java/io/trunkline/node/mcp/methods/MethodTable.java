package io.trunkline.node.mcp.methods;

import io.trunkline.node.mcp.call.Request;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.protocol.jsonrpc.Envelope;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the server can be asked and told: the one place to add a method to. Filled once, then only read. */
public final class MethodTable {

    private final Map<String, Method<?>> requests = new HashMap<>();
    private final Map<String, Notification> notifications = new HashMap<>();

    /** Reads the parameters of a request. Needs nothing of the session, so it may run on any thread. */
    @FunctionalInterface
    public interface Preparer<P> {
        P prepare(Envelope request) throws RpcFault;
    }

    /** Answers a request at once, or starts what will answer it. On the session's thread. */
    @FunctionalInterface
    public interface Handler<P> {
        void handle(SessionContext session, Request request, P params) throws RpcFault;
    }

    /** How a request is handled, on the session's thread. */
    @FunctionalInterface
    public interface Step {
        void run(SessionContext session, Request request) throws RpcFault;
    }

    /** Acts upon a notification; a faulty one is ignored, because notifications have no answer. */
    @FunctionalInterface
    public interface Notification {
        void handle(SessionContext session, Envelope notification) throws RpcFault;
    }

    /** How a method is treated before its handler runs. */
    public enum Trait {
        /** Allowed before {@code initialize}. */
        EARLY,
        /** Only for clients with a session. */
        WITH_SESSION,
        /** Only for requests without a session. */
        STATELESS,
        /** Handled even when the session has all the requests in flight that it may have; must be quick. */
        URGENT,
        /** May be run a second time when it is unknown whether it ran. */
        REPEATABLE
    }

    /** A method and its traits. */
    public record Method<P>(Preparer<P> preparer, Handler<P> handler, Set<Trait> traits) implements Step {

        public boolean is(Trait trait) {
            return traits.contains(trait);
        }

        @Override
        public void run(SessionContext session, Request request) throws RpcFault {
            handler.handle(session, request, preparer.prepare(request.envelope()));
        }

        public Step prepare(Envelope request) {
            try {
                P params = preparer.prepare(request);
                return (session, prepared) -> handler.handle(session, prepared, params);
            } catch (RpcFault fault) {
                return (session, prepared) -> {
                    throw fault;
                };
            }
        }
    }

    <P> MethodTable request(String name, Preparer<P> preparer, Handler<P> handler, Trait... traits) {
        Set<Trait> all = EnumSet.noneOf(Trait.class);
        Collections.addAll(all, traits);
        requests.put(name, new Method<>(preparer, handler, all));
        return this;
    }

    MethodTable notification(String name, Notification handler) {
        notifications.put(name, handler);
        return this;
    }

    @Nullable
    public Method<?> request(String name) {
        return requests.get(name);
    }

    /** The method of this name that requests with or without a session may ask for, or null. */
    @Nullable
    public Method<?> request(String name, boolean stateless) {
        Method<?> method = requests.get(name);
        return method == null || method.is(stateless ? Trait.WITH_SESSION : Trait.STATELESS) ? null : method;
    }

    /** The names of those that requests without a session may ask for. */
    Stream<String> stateless() {
        return requests.keySet().stream().filter(name -> request(name, true) != null);
    }

    @Nullable
    public Notification notification(String name) {
        return notifications.get(name);
    }
}
