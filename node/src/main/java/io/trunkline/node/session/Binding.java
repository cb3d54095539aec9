package io.trunkline.node.session;

import io.trunkline.node.mcp.Conversation;
import io.trunkline.node.mcp.Peer;
import io.trunkline.node.spi.Principal;
import io.trunkline.node.spi.SessionInfo;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.session.Owner;
import io.trunkline.protocol.session.SessionId;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * A session's conversation and the edge that it is bound to: the client as the conversation sees it. While no edge
 * holds the session, what it says is kept for the next one. Confined to the session's thread, except what {@link Peer}
 * allows.
 */
final class Binding implements Peer {

    private final SessionHost host;
    private final Executor executor;
    private final String lost;
    private final Conversation conversation;
    private volatile SessionInfo info;
    /** Takes what the conversation says: the edge, or what keeps it for the next edge. */
    private volatile Outlet outlet;

    private Outlet edge;
    private int epoch;
    private int handled;
    private @Nullable HeldOutlet held;

    /**
     * Opens the conversation.
     *
     * @param executor runs tasks on the session's thread
     * @throws io.trunkline.node.mcp.state.CheckpointException when the checkpoint cannot be continued from
     */
    Binding(String id, SessionHost host, Session.Open open, Executor executor) {
        this.host = host;
        this.executor = executor;
        this.lost = open.lost();
        this.outlet = open.outlet();
        this.edge = open.outlet();
        this.epoch = open.epoch();
        this.info = new SessionInfo(id, host.node(), SessionId.slotOf(id), epoch, open.transport(), open.remote());
        this.conversation = host.server().open(this, open.checkpoint().array(), principal(open.owner()));
    }

    private static Principal principal(Owner owner) {
        return owner.isNobody() ? Principal.NOBODY : new Principal(owner.key(), owner.issuer(), owner.name());
    }

    Conversation conversation() {
        return conversation;
    }

    /** The edge that holds the session, or the last one that did. */
    Outlet edge() {
        return edge;
    }

    int epoch() {
        return epoch;
    }

    void receive(Session.Message message) {
        handled = message.number();
        byte[] content = message.content().array();
        if (message.repeated()) {
            conversation.receiveAgain(content, message.number(), lost, message.heard(), message.losses());
        } else {
            conversation.receive(content, message.number());
        }
        edge.consumed(content.length);
    }

    /** Takes a message only if what is in flight needs it; otherwise nothing has happened. */
    boolean receiveForInFlight(Session.Message message) {
        boolean taken = conversation.receiveForInFlight(message.content().array(), message.number());
        if (taken) {
            edge.consumed(message.content().length());
        }
        return taken;
    }

    /** Ends the stream. */
    void reset(Reason reason, String text) {
        edge.reset(reason, handled, text);
    }

    // ---- without an edge

    /** The edge is gone: from now on what is said is kept. False when too many sessions of the node are without one. */
    boolean hold() {
        if (!host.unclaimed().take()) {
            return false;
        }
        held = new HeldOutlet(host.server().memory().budget());
        outlet = held;
        return true;
    }

    boolean isHeld() {
        return held != null;
    }

    /** Another edge takes the session over as it is: what runs goes on. False when the one before still holds it. */
    boolean adopt(Outlet next, ActorRef<Session.Command> session) {
        HeldOutlet kept = held;
        if (kept == null) {
            return false;
        }
        claimed();
        epoch++;
        edge = next;
        info = new SessionInfo(info.id(), info.node(), info.slot(), epoch, info.transport(), info.remoteAddress());
        outlet = next;
        next.adopted(epoch, handled, conversation.running());
        next.checkpoint(conversation.checkpoint());
        next.opened(session);
        kept.release(next);
        conversation.catchUp();
        return true;
    }

    /** Cancels what is in flight, and drops what was kept for another edge. */
    void close() {
        conversation.close();
        if (held != null) {
            held.drop();
            claimed();
        }
    }

    private void claimed() {
        held = null;
        host.unclaimed().give();
    }

    // ---- the client of the conversation

    @Override
    public SessionInfo session() {
        return info;
    }

    @Override
    public Executor executor() {
        return executor;
    }

    @Override
    public void send(byte[] message, int answers) {
        outlet.send(message, answers);
    }

    @Override
    public void tell(byte[] message, int relatedTo) {
        outlet.tell(message, relatedTo);
    }

    @Override
    public void part(int number, int retryMillis) {
        outlet.part(number, retryMillis);
    }

    @Override
    public void done(int number) {
        outlet.done(number);
    }

    @Override
    public void checkpoint(byte[] state) {
        outlet.checkpoint(state);
    }
}
