package io.trunkline.node.mcp.call;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.trunkline.node.mcp.kit.Failures;
import io.trunkline.node.mcp.wire.EdgeNotes;
import io.trunkline.node.mcp.wire.ResultFields;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.spi.Principal;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request of the client until it has ended. Ends once: what comes after that is ignored. */
public final class Request {

    /**
     * How a request has come.
     *
     * @param version that it declares, or that its session has agreed upon
     * @param edge what the edge tells of it, when it came over HTTP without a session; otherwise null
     * @param principal on whose behalf
     */
    public record Terms(ProtocolVersion version, @Nullable EdgeNotes edge, Principal principal) {

        /** Those of a request that came over HTTP without a session. */
        public Terms(ProtocolVersion version, EdgeNotes edge) {
            this(version, edge, edge.principal());
        }
    }

    private final Terms terms;
    private final Outcome outcome;
    private Envelope envelope;
    private boolean ended;

    public Request(Envelope envelope, Terms terms, Outcome outcome) {
        this.envelope = envelope;
        this.terms = terms;
        this.outcome = outcome;
    }

    /** One that another node has passed on, and answers to its client. */
    public static Request passedOn(Envelope envelope, Principal principal) {
        String declared = envelope.version();
        ProtocolVersion version = declared == null ? null : ProtocolVersion.of(declared);
        Terms terms =
                new Terms(version == null ? ProtocolVersion.V2026_07_28 : version, new EdgeNotes(Map.of(), principal));
        return new Request(envelope, terms, Elsewhere.ANSWERED);
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

    /** The version that it is answered in. Usable from any thread. */
    public ProtocolVersion version() {
        return terms.version();
    }

    /** Whether it stands for itself, without a session. Usable from any thread. */
    public boolean stateless() {
        return terms.version().stateless();
    }

    /** What the edge tells of it, when it came over HTTP without a session; otherwise null. */
    @Nullable
    public EdgeNotes edge() {
        return terms.edge();
    }

    /** On whose behalf the client asks. Usable from any thread. */
    public Principal principal() {
        return terms.principal();
    }

    /** Whether its client was told something that belongs to it, before another node was lost. */
    public boolean heard() {
        return outcome.heard();
    }

    /** Whether a node that had it before was lost, perhaps because of it. */
    boolean afterLoss() {
        return outcome.afterLoss();
    }

    /** The number of the client message that carried it. */
    public int number() {
        return outcome.number();
    }

    public Envelope envelope() {
        return envelope;
    }

    /** Lets go of everything but the id: for a request whose parameters have been read and whose answer takes time. */
    public void keepIdOnly() {
        envelope = envelope.withIdOnly();
    }

    /** Ends with an answer, which carries this request's id. */
    public void answer(byte[] message) {
        if (!ended) {
            ended = true;
            outcome.answer(outcome.hasRoom(message.length) ? message : outcome.noRoom(envelope));
        }
    }

    public void answerResult(byte[] result) {
        answer(Messages.result(envelope, result));
    }

    /** Ends with a result that is the same for every client. */
    public void answerForAll(byte[] result, ResultFields fields) {
        answerResult(stateless() ? fields.list(result) : result);
    }

    public void answerError(int code, String text) {
        answer(Messages.error(envelope, code, text));
    }

    public void answerFault(RpcFault fault) {
        answer(error(fault));
    }

    /** Ends with what a fault says, or with a reference by which the operator finds any other failure. */
    public void answerFailure(Throwable failure, Failures failures) {
        if (failure instanceof RpcFault fault) {
            answerFault(fault);
        } else {
            answerError(ErrorCode.INTERNAL_ERROR, "Internal error, reference " + failures.failed(failure));
        }
    }

    /** The answer that a fault makes. Usable from any thread. */
    public byte[] error(RpcFault fault) {
        byte[] data = fault.data() == null ? null : fault.data().toString().getBytes(UTF_8);
        boolean renumbered = stateless() && fault.code() == ErrorCode.RESOURCE_NOT_FOUND;
        return Messages.error(envelope, renumbered ? ErrorCode.INVALID_PARAMS : fault.code(), fault.text(), data);
    }

    /** Ends without an answer: the client has cancelled it. */
    public void none() {
        if (!ended) {
            ended = true;
            outcome.none();
        }
    }
}
