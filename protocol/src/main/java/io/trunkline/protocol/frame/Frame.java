package io.trunkline.protocol.frame;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.session.Owner;
import io.trunkline.protocol.session.SlotSet;
import java.util.List;

/**
 * One message of the trunk protocol. The balancer dials and is called the edge here; the node listens.
 *
 * <p>A trunk's life: {@link Hello} and {@link Proof} from the edge, {@link Challenge} and {@link Welcome} from the
 * node; then any number of streams, opened by the edge only, each with a number of its own; {@link Ping} and
 * {@link Pong} all the time; {@link GoAway} when the node wants no new streams. Every frame is at most
 * {@link #MAX_BODY} bytes behind its header, so that streams interleave.
 */
public sealed interface Frame {
    /** The oldest version of the protocol that this code speaks. */
    int MIN_VERSION = 1;

    /**
     * The newest version of the protocol that this code speaks. It counts up when the bytes of a released frame change.
     */
    int MAX_VERSION = 1;

    /**
     * The epoch of an {@link Open} that does not bring a session but asks for one that is here and that no edge holds.
     * The node answers with {@link Adopted}, {@link Checkpoint} and {@link Opened}, or with {@link Reset}:
     * {@link Reason#UNKNOWN_SESSION} when there is none, {@link Reason#STALE_EPOCH} when another edge holds it.
     */
    int ADOPT = 0;

    /** The most numbers in one {@link Adopted} frame. */
    int MAX_RUNNING = 1024;

    /** The most payload bytes of one {@link Data} frame. */
    int MAX_PAYLOAD = 16 * 1024;

    /** The most bytes behind a header: a full {@link Data} frame with its message number. */
    int MAX_BODY = MAX_PAYLOAD + 4;

    /** The most bytes behind a header while the other side has not proved that it knows the cluster secret. */
    int MAX_BODY_UNAUTHENTICATED = 512;

    /** The most bytes of a checkpoint. */
    int MAX_CHECKPOINT = 8 * 1024;

    /** The most UTF-8 bytes of a name, an address or a text inside a frame. */
    int MAX_TEXT = 255;

    /** The stream number of frames that concern the whole trunk. */
    int NO_STREAM = 0;

    /** The bytes that start every {@link Hello}, so that a stray connection is told apart at once. */
    int MAGIC = 0x54524E4B;

    /** The number of the stream that this frame belongs to; {@link #NO_STREAM} when it concerns the whole trunk. */
    default int stream() {
        return NO_STREAM;
    }

    /**
     * Edge to node, first on a trunk: who calls, which versions it speaks, and a nonce that the node's proof must
     * cover.
     *
     * @param incarnation tells two lives of a member of the same name apart
     */
    record Hello(int minVersion, int maxVersion, Bytes nonce, String member, long incarnation) implements Frame {}

    /** Node to edge: the chosen version, the node's own nonce, and its proof that it knows the cluster secret. */
    record Challenge(int version, Bytes nonce, Bytes proof, String member, long incarnation) implements Frame {}

    /** Edge to node: the edge's proof that it knows the cluster secret. */
    record Proof(Bytes proof) implements Frame {}

    /**
     * Node to edge: the trunk is open.
     *
     * @param slots how many slots the cluster has; both sides must agree
     * @param sessionLimit how many sessions the node takes in all
     * @param window the bytes that either side may send on a fresh stream before it is granted more
     */
    record Welcome(int slots, int sessionLimit, int window) implements Frame {}

    /**
     * Node to edge: the slots that the node hosts now, in full.
     *
     * @param version grows with each change during one life of the node; the highest wins
     */
    record Slots(long version, SlotSet hosted) implements Frame {}

    /**
     * Node to edge: how many sessions the node carries that came through other balancers, and how many it takes in all
     * when they are not new.
     *
     * @param ceiling the most sessions, for those that were open before: at least the limit of {@link Welcome}
     */
    record Load(int sessionsElsewhere, int ceiling) implements Frame {}

    /**
     * Edge to node: binds a session to this node.
     *
     * @param epoch counts the bindings of the session; the node refuses one that is not newer than what it knows
     * @param transport how the client is connected, for example {@code tcp}
     * @param remote the client's address, for logs and tools
     * @param checkpoint what the session was before; empty when it is new
     * @param guest whether the node is to take the session although it may not host its slot
     * @param lost the name of the node that was lost with messages unanswered, which {@link Data#repeated} may bring
     *     again; empty when there is none
     * @param owner whose session it is
     */
    record Open(
            int stream,
            String session,
            int epoch,
            String transport,
            String remote,
            Bytes checkpoint,
            boolean guest,
            String lost,
            Owner owner)
            implements Frame {
        /** An open of a session whose owner is not known, at the node that hosts its slot. */
        public Open(int stream, String session, int epoch, String transport, String remote, Bytes checkpoint) {
            this(stream, session, epoch, transport, remote, checkpoint, false, "", Owner.NOBODY);
        }
    }

    /**
     * Balancer to balancer: asks for something of a session that the other one may hold. The answer is {@link Opened}
     * and what the request wants, or {@link Reset} with {@link Reason#UNKNOWN_SESSION}. What else the client says
     * follows in {@link Data}.
     *
     * @param what is asked for, in a word that both sides know; a word that one does not know is asked for in vain
     * @param head what else has to be known of the request
     */
    record Ask(int stream, String session, String what, Bytes head) implements Frame {}

    /** Node to edge: the session actor runs; data may flow. */
    record Opened(int stream) implements Frame {}

    /**
     * Node to edge: the session that was asked for is here, and belongs to this edge from now on.
     *
     * @param epoch of this binding
     * @param handled the number of the newest message that the session has taken up: the edge counts on from there
     * @param running the numbers of messages that will still be answered, at most {@link #MAX_RUNNING}
     */
    record Adopted(int stream, int epoch, int handled, List<Integer> running) implements Frame {
        public Adopted {
            running = List.copyOf(running);
        }
    }

    /**
     * Node to edge: nobody holds this session any more, and the edge may take it over.
     *
     * @param epoch of the last binding
     * @param checkpoint empty when the session stays here and can be {@linkplain #ADOPT adopted}; otherwise what it
     *     was, and the node forgets it
     */
    record Orphan(String session, int epoch, Bytes checkpoint) implements Frame {}

    /**
     * A piece of one JSON-RPC message, either way.
     *
     * @param number edge to node: the number of the client's message, counted from 1 per session; node to edge: the
     *     client message that this one answers, or with {@code note} belongs to; 0 when there is none
     * @param last whether the message ends with this piece
     * @param repeated edge to node: the message went to another node before, which may have handled it
     * @param note node to edge: the message belongs to the client message of that number, but does not answer it, as
     *     progress does; edge to node, with {@code repeated}: the client has had such notes already
     * @param losses edge to node, with {@code repeated}: how many nodes were lost with the message, 0 when they only
     *     let it go; at most {@link #MOST_LOSSES}, with which a message is {@link #spent}
     * @param payload at most {@link #MAX_PAYLOAD} bytes; valid only while the frame is being handled
     */
    record Data(int stream, int number, boolean last, boolean repeated, boolean note, int losses, ByteBuf payload)
            implements Frame {
        /** With so many losses a message is not run any more: what ends its nodes must not end all of them. */
        public static final int MOST_LOSSES = 2;

        /** A piece of a message that was lost with no node. */
        public Data(int stream, int number, boolean last, boolean repeated, boolean note, ByteBuf payload) {
            this(stream, number, last, repeated, note, 0, payload);
        }

        /** A piece that is no note. */
        public Data(int stream, int number, boolean last, boolean repeated, ByteBuf payload) {
            this(stream, number, last, repeated, false, payload);
        }

        /** A piece that no other node has had. */
        public Data(int stream, int number, boolean last, ByteBuf payload) {
            this(stream, number, last, false, false, payload);
        }

        /** Whether no further node runs the message; it is answered that its outcome is unknown. */
        public boolean spent() {
            return losses >= MOST_LOSSES;
        }
    }

    /**
     * Node to edge: the client need not stay connected for the answer to its message of this number, and is to come
     * back for it. Means nothing to clients that have one connection for everything.
     *
     * @param retryMillis how long the client is to wait, at least 0
     */
    record Part(int stream, int number, int retryMillis) implements Frame {}

    /**
     * Balancer to balancer: a piece of the whole response to an {@link Ask}.
     *
     * @param status of HTTP
     * @param last whether the response ends with this piece
     * @param payload as that of {@link Data}
     */
    record Reply(int stream, int status, boolean last, ByteBuf payload) implements Frame {}

    /** Balancer to balancer: an {@link Ask} is answered with events, which follow. */
    record Begun(int stream) implements Frame {}

    /**
     * Balancer to balancer: a piece of one event.
     *
     * @param last whether the event ends with this piece
     * @param payload as that of {@link Data}
     */
    record Event(int stream, boolean last, ByteBuf payload) implements Frame {}

    /** Node to edge: the client's message of this number has been dealt with and gets no answer. */
    record Done(int stream, int number) implements Frame {}

    /** Either way: the receiver of data grants that many more bytes. */
    record Credit(int stream, int bytes) implements Frame {}

    /** Node to edge: the newest state of the session, to be kept beside the client. */
    record Checkpoint(int stream, Bytes state) implements Frame {}

    /**
     * Either way: the stream is over.
     *
     * @param reason from an edge, {@link Reason#MOVED} says that another edge is to take the session over; anything
     *     else ends the session
     * @param handled node to edge: messages up to this number were taken up by the session, later ones were not
     * @param text for people, may be empty
     */
    record Reset(int stream, Reason reason, int handled, String text) implements Frame {}

    /**
     * Edge to node: the session is to go on elsewhere. It takes up nothing new, finishes what runs, and ends with
     * {@link Reset}.
     */
    record Release(int stream) implements Frame {}

    /** Either way: asks for a {@link Pong} with the same value. */
    record Ping(long value) implements Frame {}

    /** The answer to a {@link Ping}. */
    record Pong(long value) implements Frame {}

    /** Either way: no new streams, or, with a reason other than draining, the trunk is about to be closed. */
    record GoAway(Reason reason, String text) implements Frame {}
}
