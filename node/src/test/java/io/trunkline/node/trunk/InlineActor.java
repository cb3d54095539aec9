package io.trunkline.node.trunk;

import io.trunkline.node.session.Session;
import java.util.function.Consumer;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.RootActorPath;
import org.apache.pekko.actor.typed.ActorRef;

/** A session actor that handles each message within the call that tells it, as those on a trunk's own loop do. */
final class InlineActor implements ActorRef<Session.Command> {
    private static final long serialVersionUID = 1L;

    private final transient Consumer<Session.Command> behavior;

    InlineActor(Consumer<Session.Command> behavior) {
        this.behavior = behavior;
    }

    @Override
    public void tell(Session.Command message) {
        behavior.accept(message);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <U extends Session.Command> ActorRef<U> narrow() {
        return (ActorRef<U>) this;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <U> ActorRef<U> unsafeUpcast() {
        return (ActorRef<U>) this;
    }

    @Override
    public org.apache.pekko.actor.ActorPath path() {
        return new RootActorPath(new Address("pekko", "test"), "/").child("inline");
    }

    @Override
    public int compareTo(ActorRef<?> other) {
        return path().compareTo(other.path());
    }
}
