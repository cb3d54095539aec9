package io.trunkline.node.session;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The sessions that are here although their slots are not: a lost node's sessions go on at once on another one, long
 * before sharding has placed the slots. The epoch keeps a former binding from mattering, so nothing else has to agree
 * first. A guest goes home when the edge says so ({@link Session.Release}). Their number is bounded by the node's limit
 * of sessions.
 *
 * <p>{@link #has} and {@link #count} may be asked from any thread; the rest belongs to the actor.
 */
public final class Guests {
    /** What the guests' parent is told. */
    public sealed interface Command {}

    /** Opens or binds anew the guest of this id. */
    public record Open(String session, Session.Open open) implements Command {}

    private record Gone(String session, ActorRef<Session.Command> guest) implements Command {}

    private final Map<String, ActorRef<Session.Command>> present = new ConcurrentHashMap<>();
    private final Function<String, Behavior<Session.Command>> sessions;
    private final Props props;

    /**
     * No guests yet.
     *
     * @param sessions makes the session of an id
     * @param props of the sessions' actors: their dispatcher
     */
    public Guests(Function<String, Behavior<Session.Command>> sessions, Props props) {
        this.sessions = sessions;
        this.props = props;
    }

    /** Whether the session is here as a guest, also after its slot has come here. */
    public boolean has(String session) {
        return present.containsKey(session);
    }

    /** How many guests there are. */
    public int count() {
        return present.size();
    }

    /** The parent of the guests; to be started once. */
    public Behavior<Command> behavior() {
        return Behaviors.setup(context -> Behaviors.receive(Command.class)
                .onMessage(Open.class, open -> {
                    guest(context, open.session).tell(open.open);
                    return Behaviors.same();
                })
                .onMessage(Gone.class, gone -> {
                    present.remove(gone.session, gone.guest);
                    return Behaviors.same();
                })
                .build());
    }

    private ActorRef<Session.Command> guest(ActorContext<Command> context, String id) {
        ActorRef<Session.Command> known = present.get(id);
        if (known != null) {
            return known;
        }
        ActorRef<Session.Command> guest = context.spawnAnonymous(sessions.apply(id), props);
        context.watchWith(guest, new Gone(id, guest));
        present.put(id, guest);
        return guest;
    }
}
