package io.trunkline.node.mcp;

import io.trunkline.node.mcp.call.CallEnvironment;
import io.trunkline.node.mcp.call.CallPlace;
import io.trunkline.node.mcp.call.ClientRequests;
import io.trunkline.node.mcp.call.InFlight;
import io.trunkline.node.mcp.call.Outcome;
import io.trunkline.node.mcp.call.Request;
import io.trunkline.node.mcp.changes.Listens;
import io.trunkline.node.mcp.changes.SessionListener;
import io.trunkline.node.mcp.kit.Speaker;
import io.trunkline.node.mcp.methods.MethodTable;
import io.trunkline.node.mcp.methods.MethodTable.Method;
import io.trunkline.node.mcp.methods.MethodTable.Step;
import io.trunkline.node.mcp.methods.MethodTable.Trait;
import io.trunkline.node.mcp.methods.SessionContext;
import io.trunkline.node.mcp.state.SessionBook;
import io.trunkline.node.mcp.wire.EdgeNotes;
import io.trunkline.node.mcp.wire.RequestKey;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import io.trunkline.protocol.jsonrpc.RequestIds;
import io.trunkline.protocol.session.Transport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What comes in from the client of one session: each message is read, and each of its requests is handed to its method,
 * or waits for its turn, or is refused. On the session's thread.
 */
final class Intake {

    private final Engine engine;
    private final CallEnvironment environment;
    private final Peer peer;
    private final Speaker speaker;
    private final SessionContext context;
    private final InFlight<Step> inFlight;
    private @Nullable Arrivals arrivals;

    /**
     * @param listener null when the session cannot be told of anything
     */
    Intake(
            Engine engine,
            Peer peer,
            Speaker speaker,
            SessionBook book,
            Listens listens,
            @Nullable SessionListener listener) {
        this.engine = engine;
        this.environment = engine.environment();
        this.peer = peer;
        this.speaker = speaker;
        this.inFlight = new InFlight<>(
                environment.settings().limits(),
                environment.held(),
                environment.json().factory(),
                book::save,
                this::start);
        CallPlace calls = new CallPlace(environment, speaker, book, inFlight);
        this.context = new SessionContext(book, calls, listens, listener);
    }

    /** What the methods use of the session. */
    SessionContext context() {
        return context;
    }

    Peer peer() {
        return peer;
    }

    /** Messages that have not come to their end yet. */
    int size() {
        return inFlight.size() + (arrivals == null ? 0 : arrivals.size());
    }

    /** Stops everything; nothing is handled any more. */
    void close() {
        if (arrivals != null) {
            arrivals.close();
        }
        inFlight.close();
    }

    /** The end of a message that arrived by itself; see {@link MessageEnd}. */
    Outcome outcome(int number, boolean heard, boolean afterLoss) {
        return new MessageEnd(engine.memory(), peer, speaker, number, heard, afterLoss);
    }

    /** Handles one message. Never throws. */
    void receive(byte[] message, Outcome outcome) {
        if (speaker.isClosed()) {
            return;
        }
        Thread before = speaker.enter();
        try {
            if (message.length <= Arrivals.LARGE && (arrivals == null || !arrivals.busy())) {
                accept(Reading.of(environment.json().reader().read(message)), outcome);
            } else {
                takeLarge(message, outcome);
            }
        } catch (Throwable e) {
            // An error of the engine or of the peer: it must not reach the other sessions on this thread.
            environment.failures().failed(e);
        } finally {
            speaker.leave(before);
        }
    }

    private void takeLarge(byte[] message, Outcome outcome) {
        Arrivals all = arrivals == null
                ? new Arrivals(engine, speaker, (reading, number) -> accept(reading, outcome(number, false, false)))
                : arrivals;
        arrivals = all;
        if (!all.take(message, outcome.number())) {
            // The id of a large message is not worth the time that finding it would take from others.
            Envelope unread = environment.json().reader().read(message.length > Arrivals.LARGE ? new byte[0] : message);
            outcome.answer(Messages.error(
                    unread, ErrorCode.OVERLOADED, "Too much is waiting: wait for answers before sending more"));
        }
    }

    private void accept(Reading reading, Outcome outcome) {
        if (speaker.isClosed()) {
            return;
        }
        Envelope message = reading.envelope();
        switch (message.kind()) {
            case REQUEST -> acceptRequest(message, reading.step(), outcome);
            case NOTIFICATION -> {
                acceptNotification(message);
                outcome.none();
            }
            case RESPONSE -> {
                outcome.none();
                ClientRequests asked = context.calls().askedSoFar();
                if (asked != null) {
                    asked.answered(message, reading.response());
                }
            }
            case BATCH -> acceptBatch(message, reading.members(), outcome);
            case INVALID ->
                outcome.answer(
                        Messages.error(message, ErrorCode.INVALID_REQUEST, "Invalid request: " + message.problem()));
            case UNREADABLE ->
                outcome.answer(Messages.error(message, ErrorCode.PARSE_ERROR, "Parse error: " + message.problem()));
        }
    }

    private void acceptRequest(Envelope message, @Nullable Step step, Outcome outcome) {
        boolean stateless = message.version() != null;
        if (stateless) {
            engine.counts().increment(message.method());
        }
        Method<?> method = engine.methods().request(message.method(), stateless);
        Request request;
        try {
            request = new Request(message, terms(message), outcome);
        } catch (RpcFault fault) {
            new Request(message, sessionTerms(context.book().protocol()), outcome).answerFault(fault);
            return;
        }
        if (method == null) {
            request.answerError(ErrorCode.METHOD_NOT_FOUND, "Unknown method: " + RpcFault.shortened(message.method()));
        } else if (message.hasParamsByPosition()) {
            request.answerError(ErrorCode.INVALID_PARAMS, "\"params\" is an array (expected: an object)");
        } else if (!stateless && context.book().state().version() == null && !method.is(Trait.EARLY)) {
            request.answerError(ErrorCode.INVALID_REQUEST, "The session is not initialized: send initialize first");
        } else if (method.is(Trait.URGENT)) {
            start(request, step == null ? method : step);
        } else if (inFlight.contains(message) || listensAs(message)) {
            request.answerError(ErrorCode.INVALID_REQUEST, "The id belongs to a request that is still in flight");
        } else {
            inFlight.submit(request, step == null ? method : step);
        }
    }

    private boolean listensAs(Envelope message) {
        return !context.listens().isEmpty()
                && context.listens()
                        .contains(RequestKey.of(message, environment.json().factory()));
    }

    /** The terms on which a request is answered: its own when it declares a version, otherwise those of the session. */
    private Request.Terms terms(Envelope message) throws RpcFault {
        boolean trusted = peer.session().transport().equals(Transport.HTTP_STATELESS);
        if (message.hasEdgeMember() && !trusted) {
            throw new RpcFault(
                    ErrorCode.INVALID_REQUEST, "Invalid request: \"" + EnvelopeReader.EDGE + "\" is not for clients");
        }
        String declared = message.version();
        if (declared == null) {
            return sessionTerms(context.book().protocol());
        }
        ProtocolVersion version = ProtocolVersion.of(declared);
        if (version == null || !version.stateless()) {
            throw RpcFault.unsupportedVersion(declared);
        }
        if (!message.declaresCapabilities()) {
            throw RpcFault.invalidParams("\"_meta\" lacks " + EnvelopeReader.META_CAPABILITIES);
        }
        return trusted
                ? new Request.Terms(
                        version, EdgeNotes.of(message, environment.json().mapper()))
                : sessionTerms(version);
    }

    /** Those of a request whose sender does not change from one to the next. */
    private Request.Terms sessionTerms(ProtocolVersion version) {
        return new Request.Terms(version, null, context.book().state().owner());
    }

    private void start(Request request, Step step) {
        try {
            step.run(context, request);
        } catch (Throwable e) {
            request.answerFailure(e, environment.failures());
        }
    }

    private void acceptNotification(Envelope message) {
        MethodTable.Notification handler = engine.methods().notification(message.method());
        if (handler == null || message.hasParamsByPosition()) {
            return;
        }
        try {
            handler.handle(context, message);
        } catch (RpcFault fault) {
            // Malformed notifications are to be ignored (MCP 2025-11-25, cancellation, error handling).
        } catch (Throwable e) {
            environment.failures().failed(e);
        }
    }

    private void acceptBatch(Envelope message, @Nullable List<Reading> read, Outcome outcome) {
        ProtocolVersion version = context.book().state().version();
        int most = environment.settings().limits().batch();
        String problem = version == null
                ? "a batch before initialize"
                : !version.knowsBatches() ? "protocol version " + version.text() + " has no batches" : "";
        List<Reading> members = !problem.isEmpty() ? List.of() : read != null ? read : members(message, most);
        if (members.size() > most) {
            refuseEach(message, "Invalid request: a batch of more than " + most + " messages", outcome);
            return;
        }
        if (!problem.isEmpty()) {
            outcome.answer(Messages.error(message, ErrorCode.INVALID_REQUEST, "Invalid request: " + problem));
            return;
        }
        Batch batch = new Batch(
                outcome, members.size(), environment.settings().limits().answerBytes());
        members.forEach(member -> accept(member, batch));
    }

    /** Answers each request of a batch: a client that waits for one of them has no use for an error without its id. */
    private void refuseEach(Envelope batch, String text, Outcome outcome) {
        byte[] answers = RequestIds.answer(
                environment.json().reader(),
                batch,
                request -> Messages.error(request, ErrorCode.INVALID_REQUEST, text));
        if (answers == null) {
            outcome.none();
        } else {
            outcome.answer(answers);
        }
    }

    private List<Reading> members(Envelope batch, int most) {
        return environment.json().reader().members(batch, most).stream()
                .map(Reading::of)
                .toList();
    }
}
