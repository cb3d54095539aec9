package io.trunkline.node.mcp;

import io.trunkline.node.mcp.call.ClientRequests;
import io.trunkline.node.mcp.call.Outcome;
import io.trunkline.node.mcp.changes.Listens;
import io.trunkline.node.mcp.changes.SessionListener;
import io.trunkline.node.mcp.kit.Speaker;
import io.trunkline.node.mcp.methods.LostCalls;
import io.trunkline.node.mcp.methods.SessionContext;
import io.trunkline.node.mcp.state.SessionBook;
import io.trunkline.node.mcp.state.SessionValues;
import io.trunkline.node.mcp.wire.ClientInfo;
import io.trunkline.node.spi.Principal;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.Methods;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import io.trunkline.protocol.jsonrpc.RequestIds;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.refusal.Refusal.Executed;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One session's side of the protocol: takes the client's messages and brings each to exactly one end, {@link Peer#send}
 * with its number or {@link Peer#done}.
 *
 * <p>Confined to one thread at a time; work that others do for it comes back through {@link Peer#executor()}. What may
 * run is bounded: beyond the limit requests wait here in order, while pings and notifications go on.
 */
public final class Conversation {

    private final Engine engine;
    private final Speaker speaker;
    private final SessionBook book;
    private final SessionContext context;
    private final Intake intake;

    Conversation(Engine engine, Peer peer, byte[] checkpoint, Principal owner) {
        this.engine = engine;
        this.speaker = new Speaker(peer, engine.environment().failures());
        this.book = new SessionBook(
                engine.checkpoints(),
                engine.environment().json().mapper(),
                speaker,
                peer::checkpoint,
                this::elicitationCompleted,
                checkpoint,
                owner);
        Listens listens = new Listens(engine.listens(), speaker);
        boolean told = engine.listens().audience().needed();
        SessionListener listener =
                told ? new SessionListener(engine.listens().audience(), speaker, book, listens) : null;
        this.intake = new Intake(engine, peer, speaker, book, listens, listener);
        this.context = intake.context();
        if (listener != null) {
            listener.join();
        }
        if (book.resumed()) {
            catchUp();
        }
    }

    /** Tells the client that what it was asked to do at a URL is done. Usable from any thread. */
    private void elicitationCompleted(String id) {
        context.calls().clientRequests().completed(id);
    }

    /**
     * Handles one message of the client. Never throws, not even for a malformed message.
     *
     * @param message one JSON-RPC message; kept without a copy while it is in use
     * @param number the caller's number for it, not 0
     */
    public void receive(byte[] message, int number) {
        intake.receive(message, intake.outcome(number, false, false));
    }

    /**
     * Handles a message that another node may have handled before it was lost: again when that is
     * {@linkplain McpServer#safeToRepeat safe}, else each of its requests is answered with an error that says so. Never
     * throws.
     *
     * @param lost the name of that node
     * @param heard whether the client was told something then that belongs to the message
     */
    void receiveAgain(byte[] message, int number, String lost, boolean heard) {
        receiveAgain(message, number, lost, heard, 0);
    }

    /**
     * The same for a message that was lost with nodes: with so many that it is {@linkplain Frame.Data#spent spent} it
     * is not handled, unless it does not run anything.
     *
     * @param losses how many; 0 when the node before has let it go
     */
    public void receiveAgain(byte[] message, int number, String lost, boolean heard, int losses) {
        LostCalls calls = engine.lostCalls();
        Outcome outcome = intake.outcome(number, heard, losses > 0);
        boolean spent = losses >= Frame.Data.MOST_LOSSES;
        if (spent ? calls.runsNothing(message) : calls.safeToRepeat(message)) {
            intake.receive(message, outcome);
            return;
        }
        if (losses > 0) {
            calls.count(message, book.state().owner(), lost, losses);
        }
        int attempts = Math.max(1, losses);
        byte[] answer = RequestIds.answer(
                message, id -> Refusal.of(Reason.NODE_LOST).toJsonRpc(id, lost, Executed.UNKNOWN, attempts));
        if (answer == null) {
            outcome.none();
        } else {
            outcome.answer(answer);
        }
    }

    /**
     * Handles a message only when it concerns what is in flight: the client's answer to something that it was asked, or
     * its cancelling of a request. For a session that finishes what is in flight and takes up nothing new. Never
     * throws.
     *
     * @return whether it was handled; otherwise nothing has happened
     */
    public boolean receiveForInFlight(byte[] message, int number) {
        ClientRequests asked = context.calls().askedSoFar();
        if (speaker.isClosed() || (message.length > Arrivals.LARGE && asked == null)) {
            return false;
        }
        Envelope envelope = engine.environment().json().reader().read(message);
        boolean concerns = switch (envelope.kind()) {
            case RESPONSE -> asked != null && asked.expects(envelope);
            case NOTIFICATION -> envelope.method().equals(Methods.CANCELLED);
            default -> false;
        };
        if (concerns) {
            receive(message, number);
        }
        return concerns;
    }

    /** Messages that have not come to their end yet: requests that run and requests that wait. */
    public int inFlight() {
        return intake.size();
    }

    /** The numbers of the messages whose requests have not ended. */
    public List<Integer> running() {
        return context.calls().inFlight().numbers();
    }

    /** What another node continues the session from. */
    public byte[] checkpoint() {
        return book.checkpoint();
    }

    /** The client was out of reach for a while: it is told of everything that it may have missed, soon. */
    public void catchUp() {
        SessionListener listener = context.listener();
        if (listener != null) {
            listener.catchUp();
        }
        context.listens().catchUp();
    }

    /** Cancels everything in flight; the peer hears nothing more. */
    public void close() {
        if (speaker.isClosed()) {
            return;
        }
        speaker.close();
        SessionListener listener = context.listener();
        if (listener != null) {
            listener.leave();
        }
        context.listens().close();
        intake.close();
    }

    /** The version that was agreed upon, or null before {@code initialize}. Usable from any thread. */
    @Nullable
    ProtocolVersion version() {
        return book.state().version();
    }

    /** Who the client says it is. Usable from any thread. */
    ClientInfo client() {
        return book.state().client();
    }

    // ---- for tests

    SessionContext context() {
        return context;
    }

    SessionValues values() {
        return book.values();
    }

    Peer peer() {
        return intake.peer();
    }
}
