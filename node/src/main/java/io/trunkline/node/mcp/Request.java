package io.trunkline.node.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.trunkline.node.mcp.MethodTable.Method;
import io.trunkline.node.mcp.MethodTable.Step;
import io.trunkline.node.mcp.call.Outcome;
import io.trunkline.node.mcp.wire.EdgeNotes;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.spi.Principal;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request of the client until it has ended. Ends once: what comes after that is ignored. */
final class Request {

    /**
     * How a request has come.
     *
     * @param version that it declares, or that its session has agreed upon
     * @param edge what the edge tells of it, when it came over HTTP without a session; otherwise null
     * @param principal on whose behalf
     */
    record Terms(ProtocolVersion version, @Nullable EdgeNotes edge, Principal principal) {

        /** Those of a request that came over HTTP without a session. */
        Terms(ProtocolVersion version, EdgeNotes edge) {
            this(version, edge, edge.principal());
        }
    }

    private final Terms terms;
    private final Outcome outcome;
    private final @Nullable Method<?> method;
    private final @Nullable Step step;
    private Envelope envelope;
    private boolean ended;

    /**
     * @param method what is asked for; null when there is no such method
     * @param step what to do, when the parameters have been read before
     */
    Request(Envelope envelope, Terms terms, @Nullable Method<?> method, @Nullable Step step, Outcome outcome) {
        this.envelope = envelope;
        this.terms = terms;
        this.method = method;
        this.step = step;
        this.outcome = outcome;
    }

    /** One that another node has passed on, and answers to its client. */
    static Request passedOn(Envelope envelope, Principal principal) {
        String declared = envelope.version();
        ProtocolVersion version = declared == null ? null : ProtocolVersion.of(declared);
        Terms terms =
                new Terms(version == null ? ProtocolVersion.V2026_07_28 : version, new EdgeNotes(Map.of(), principal));
        return new Request(envelope, terms, null, null, Elsewhere.ANSWERED);
    }

    private enum Elsewhere implements Outcome {
        ANSWERED;

        @Override
        public int number() {
            return 0;
        }

        @Override
        public void answer(byte[] message) {}

        @Override
        public void none() {}

        @Override
        public boolean hasRoom(int bytes) {
            return true;
        }
    }

    /** Runs the request's method. */
    void run(Conversation conversation) throws RpcFault {
        if (step != null) {
            step.run(conversation, this);
        } else if (method != null) {
            method.run(conversation, this);
        }
    }

    /** The version that it is answered in. Usable from any thread. */
    ProtocolVersion version() {
        return terms.version();
    }

    /** Whether it stands for itself, without a session. Usable from any thread. */
    boolean stateless() {
        return terms.version().stateless();
    }

    /** What the edge tells of it, when it came over HTTP without a session; otherwise null. */
    @Nullable
    EdgeNotes edge() {
        return terms.edge();
    }

    /** On whose behalf the client asks. Usable from any thread. */
    Principal principal() {
        return terms.principal();
    }

    /** Whether its client was told something that belongs to it, before another node was lost. */
    boolean heard() {
        return outcome.heard();
    }

    /** Whether a node that had it before was lost, perhaps because of it. */
    boolean afterLoss() {
        return outcome.afterLoss();
    }

    /** The number of the client message that carried it. */
    int number() {
        return outcome.number();
    }

    Envelope envelope() {
        return envelope;
    }

    /** Lets go of everything but the id: for a request whose parameters have been read and whose answer takes time. */
    void keepIdOnly() {
        envelope = envelope.withIdOnly();
    }

    /** Ends with an answer, which carries this request's id. */
    void answer(byte[] message) {
        if (!ended) {
            ended = true;
            outcome.answer(outcome.hasRoom(message.length) ? message : outcome.noRoom(envelope));
        }
    }

    void answerResult(byte[] result) {
        answer(Messages.result(envelope, result));
    }

    void answerError(int code, String text) {
        answer(Messages.error(envelope, code, text));
    }

    void answerFault(RpcFault fault) {
        answer(error(fault));
    }

    /** The answer that a fault makes. Usable from any thread. */
    byte[] error(RpcFault fault) {
        byte[] data = fault.data() == null ? null : fault.data().toString().getBytes(UTF_8);
        boolean renumbered = stateless() && fault.code() == ErrorCode.RESOURCE_NOT_FOUND;
        return Messages.error(envelope, renumbered ? ErrorCode.INVALID_PARAMS : fault.code(), fault.text(), data);
    }

    /** Ends without an answer: the client has cancelled it. */
    void none() {
        if (!ended) {
            ended = true;
            outcome.none();
        }
    }
}
