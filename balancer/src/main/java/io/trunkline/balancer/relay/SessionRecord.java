package io.trunkline.balancer.relay;

import io.trunkline.balancer.assign.ClientKey;
import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.balancer.relay.SessionEvents.Kind;
import io.trunkline.balancer.trunk.Binding;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.session.Owner;
import io.trunkline.protocol.session.SessionId;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the balancer keeps of one session, wherever it is: enough to bind it to a node. Belongs to the client's event
 * loop.
 */
final class SessionRecord {
    private final SessionEvents events;
    private final ClientKey key;
    private final IntFunction<String> mint;
    private final String transport;
    private final String remote;
    private Owner owner = Owner.NOBODY;
    private String id = "";
    private int epoch;
    private Bytes checkpoint = Bytes.EMPTY;
    private @Nullable NodeKey lastNode;

    /**
     * A session without an id.
     *
     * @param key by which a policy places it
     * @param mint makes its id in a slot
     * @param transport how the client is connected, for example {@code tcp}
     * @param remote the client's address, for logs and tools
     */
    SessionRecord(SessionEvents events, ClientKey key, IntFunction<String> mint, String transport, String remote) {
        this.events = events;
        this.key = key;
        this.mint = mint;
        this.transport = transport;
        this.remote = remote;
    }

    /** By what a policy places it. */
    ClientKey key() {
        return key;
    }

    void owner(Owner known) {
        owner = known;
    }

    /** The session has this id, and was bound so often. */
    void bound(String as, int times) {
        id = as;
        epoch = times;
    }

    String id() {
        return id;
    }

    int slot() {
        return SessionId.slotOf(id);
    }

    /** The newest state of the session. */
    void checkpoint(Bytes newer) {
        checkpoint = newer;
    }

    Bytes checkpoint() {
        return checkpoint;
    }

    /** The node that had it last; null when none had it through this balancer. */
    @Nullable
    NodeKey lastNode() {
        return lastNode;
    }

    /** It is at this node, which is its last one from now on. */
    void arrived(NodeKey node) {
        lastNode = node;
    }

    /** The name of the node that had it last; empty when none had it. */
    String lastName() {
        return lastNode == null ? "" : lastNode.name();
    }

    /** What the first node is asked to take, in one of its slots. An opening that came to nothing is forgotten. */
    Binding first(int slot, boolean guest) {
        epoch = 0;
        return binding(mint.apply(slot), 1, guest, false);
    }

    /**
     * What the next node is asked to take.
     *
     * @param lost whether the last one was lost with messages unanswered
     */
    Binding next(boolean guest, boolean lost) {
        return binding(id, epoch + 1, guest, lost);
    }

    /** What the node that has the session is asked for. */
    Binding adoption(boolean lost) {
        return binding(id, Frame.ADOPT, false, lost);
    }

    private Binding binding(String as, int number, boolean guest, boolean lost) {
        return new Binding(as, number, transport, remote, checkpoint, guest, lost ? lastName() : "", owner);
    }

    /** Remembers what happened to the session; {@code count} is of messages. */
    void note(Kind kind, int count, String detail) {
        events.record(id, kind, lastName(), epoch, count, detail);
    }

    /** Remembers what happened to the session. */
    void note(Kind kind) {
        note(kind, 1, "");
    }

    /** A session that had lost its node has the next one, after so many nanoseconds. */
    void rehomed(long nanos) {
        events.rehomed(nanos);
    }
}
