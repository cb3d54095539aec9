package io.trunkline.node.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.trunkline.node.mcp.MethodTable.Method;
import io.trunkline.node.mcp.MethodTable.Step;
import io.trunkline.node.mcp.MethodTable.Trait;
import io.trunkline.node.mcp.call.Outcome;
import io.trunkline.node.mcp.changes.Announcements;
import io.trunkline.node.mcp.changes.LateListener;
import io.trunkline.node.mcp.state.SessionState;
import io.trunkline.node.mcp.state.SessionValues;
import io.trunkline.node.mcp.wire.ClientInfo;
import io.trunkline.node.mcp.wire.EdgeNotes;
import io.trunkline.node.mcp.wire.RequestKey;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.spi.LogLevel;
import io.trunkline.node.spi.Principal;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.Methods;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import io.trunkline.protocol.jsonrpc.RequestIds;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal.Executed;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.session.Transport;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One session's side of the protocol: takes the client's messages and brings each to exactly one end, {@link Peer#send}
 * with its number or {@link Peer#done}.
 *
 * <p>Confined to one thread at a time; work that others do for it comes back through {@link Peer#executor()}. What may
 * run is bounded: beyond the limit requests wait here in order, while pings and notifications go on.
 */
public final class Conversation implements LateListener {

    private final McpServer server;
    private final Peer peer;
    private final SessionValues values;
    private final InFlight inFlight;
    private final Listens listens;
    private @Nullable Arrivals arrivals;
    private volatile @Nullable ClientRequests clientRequests;
    private volatile SessionState state = SessionState.NEW;
    private final AtomicBoolean unsaved = new AtomicBoolean();
    private final boolean resumed;
    private final @Nullable Announcements announcements;
    private @Nullable CatchUp catchUp;
    private volatile boolean closed;

    /** Who is on the conversation's thread now. Other threads may see old values, but never themselves. */
    private @Nullable Thread current;

    Conversation(McpServer server, Peer peer, byte[] checkpoint, Principal owner) {
        this(server, peer, checkpoint, owner, server.audience().needed());
    }

    /** One that nobody is told of changes in: the place where a task runs. */
    static Conversation apart(McpServer server, Peer peer) {
        return new Conversation(server, peer, new byte[0], Principal.NOBODY, false);
    }

    private Conversation(McpServer server, Peer peer, byte[] checkpoint, Principal owner, boolean told) {
        this.server = server;
        this.peer = peer;
        this.inFlight = new InFlight(server, this::start);
        this.listens = new Listens(server.audience(), server.settings().limits().inFlight());
        this.values = new SessionValues(peer::session, server.json().mapper(), this::valuesChanged, this::elicitationCompleted);
        this.resumed = checkpoint.length > 0;
        if (resumed) {
            state = server.checkpoints().read(checkpoint, values);
        }
        if (state.owner().isNobody()) {
            state = state.withOwner(owner);
        }
        this.announcements = told ? new Announcements() : null;
        if (told) {
            server.audience().join(this);
        }
        if (resumed) {
            catchUp();
        }
    }

    /**
     * Handles one message of the client. Never throws, whatever the message is.
     *
     * @param message one JSON-RPC message; kept without a copy while it is in use
     * @param number the caller's number for it, not 0
     */
    public void receive(byte[] message, int number) {
        receive(message, new Single(number));
    }

    private void receive(byte[] message, Single outcome) {
        if (closed) {
            return;
        }
        Thread before = current;
        current = Thread.currentThread();
        try {
            if (message.length <= Arrivals.LARGE && (arrivals == null || !arrivals.busy())) {
                accept(Reading.of(server.json().reader().read(message)), outcome);
            } else {
                takeLarge(message, outcome);
            }
        } catch (Throwable e) {
            // An error of the engine or of the peer: it must not reach the other sessions on this thread.
            server.failures().failed(e);
        } finally {
            current = before;
        }
    }

    /**
     * Handles a message that another node may have handled before it was lost: again when that is
     * {@linkplain McpServer#safeToRepeat safe}, else each of its requests is answered with an error that says so. Never
     * throws.
     *
     * @param lost the name of that node
     * @param heard whether the client was told something then that belongs to the message
     */
    public void receiveAgain(byte[] message, int number, String lost, boolean heard) {
        receiveAgain(message, number, lost, heard, 0);
    }

    /**
     * The same for a message that was lost with nodes: with so many that it is {@linkplain Frame.Data#spent spent} it is not
     * handled, unless it does not run anything.
     *
     * @param losses how many; 0 when the node before has let it go
     */
    public void receiveAgain(byte[] message, int number, String lost, boolean heard, int losses) {
        boolean spent = losses >= Frame.Data.MOST_LOSSES;
        if (spent ? server.lostCalls().runsNothing(message) : server.safeToRepeat(message)) {
            receive(message, new Single(number, heard, losses > 0));
            return;
        }
        if (losses > 0) {
            server.lostCalls().count(message, state.owner(), lost, losses);
        }
        int attempts = Math.max(1, losses);
        byte[] answer = RequestIds.answer(
                message, id -> Refusal.of(Reason.NODE_LOST).toJsonRpc(id, lost, Executed.UNKNOWN, attempts));
        Outcome outcome = new Single(number, heard, losses > 0);
        if (answer == null) {
            outcome.none();
        } else {
            outcome.answer(answer);
        }
    }

    /**
     * Handles a message only when it concerns what is in flight: the client's answer to something that it was asked, or
     * its cancelling of a request. For a session that finishes what is in flight and takes up nothing new. Never throws.
     *
     * @return whether it was handled; otherwise nothing has happened
     */
    public boolean receiveForInFlight(byte[] message, int number) {
        if (closed || (message.length > Arrivals.LARGE && clientRequests == null)) {
            return false;
        }
        Envelope envelope = server.json().reader().read(message);
        ClientRequests asked = clientRequests;
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
        return inFlight.size() + (arrivals == null ? 0 : arrivals.size());
    }

    /** The numbers of the messages whose requests have not ended. */
    public List<Integer> running() {
        return inFlight.numbers();
    }

    /** What another node continues the session from. */
    public byte[] checkpoint() {
        return server.checkpoints().write(state, values);
    }

    /** The client was out of reach for a while: it is told of everything that it may have missed, soon. */
    public void catchUp() {
        if (announcements != null
                && !(server.audience().lists().isEmpty()
                        && state.subscriptions().isEmpty())) {
            catchUp(this);
        }
        listens.forEach(this::catchUp);
    }

    /** The same for one that listens here. */
    void catchUp(LateListener listener) {
        CatchUp all = catchUp == null ? new CatchUp(this) : catchUp;
        catchUp = all;
        all.begin(listener);
    }

    /** The listener was told of a change. */
    void told(LateListener listener, String what) {
        if (catchUp != null) {
            catchUp.told(listener, what);
        }
    }

    /** The requests that stay open to be told of changes. */
    Listens listens() {
        return listens;
    }

    /** Cancels everything in flight; the peer hears nothing more. */
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (announcements != null) {
            server.audience().leave(this);
        }
        listens.close();
        if (catchUp != null) {
            catchUp.close();
        }
        if (arrivals != null) {
            arrivals.close();
        }
        inFlight.close();
    }

    /** The version that was agreed upon, or null before {@code initialize}. Usable from any thread. */
    public @Nullable ProtocolVersion version() {
        return state.version();
    }

    /** Who the client says it is. Usable from any thread. */
    public ClientInfo client() {
        return state.client();
    }

    private void takeLarge(byte[] message, Single outcome) {
        Arrivals all = arrivals == null ? new Arrivals(server, this) : arrivals;
        arrivals = all;
        if (!all.take(message, outcome.number())) {
            // The id of a large message is not worth the time that finding it would take from others.
            Envelope unread = server.json().reader().read(message.length > Arrivals.LARGE ? new byte[0] : message);
            outcome.answer(Messages.error(
                    unread, ErrorCode.OVERLOADED, "Too much is waiting: wait for answers before sending more"));
        }
    }

    /** Handles a message that was read elsewhere. */
    void handle(Reading message, int number) {
        accept(message, new Single(number));
    }

    private void accept(Reading reading, Outcome outcome) {
        if (closed) {
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
                ClientRequests asked = clientRequests;
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
            server.countStateless(message.method());
        }
        Method<?> method = server.methods().request(message.method(), stateless);
        Request request;
        try {
            request = new Request(message, terms(message), method, step, outcome);
        } catch (RpcFault fault) {
            new Request(message, sessionTerms(protocol()), null, null, outcome).answerFault(fault);
            return;
        }
        if (method == null) {
            request.answerError(ErrorCode.METHOD_NOT_FOUND, "Unknown method: " + RpcFault.shortened(message.method()));
        } else if (message.hasParamsByPosition()) {
            request.answerError(ErrorCode.INVALID_PARAMS, "\"params\" is an array (expected: an object)");
        } else if (!stateless && state.version() == null && !method.is(Trait.EARLY)) {
            request.answerError(ErrorCode.INVALID_REQUEST, "The session is not initialized: send initialize first");
        } else if (method.is(Trait.URGENT)) {
            start(request);
        } else if (inFlight.contains(message) || listensAs(message)) {
            request.answerError(ErrorCode.INVALID_REQUEST, "The id belongs to a request that is still in flight");
        } else {
            inFlight.submit(request);
        }
    }

    private boolean listensAs(Envelope message) {
        return !listens.isEmpty() && listens.contains(RequestKey.of(message, server.json().factory()));
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
            return sessionTerms(protocol());
        }
        ProtocolVersion version = ProtocolVersion.of(declared);
        if (version == null || !version.stateless()) {
            throw RpcFault.unsupportedVersion(declared);
        }
        if (!message.declaresCapabilities()) {
            throw RpcFault.invalidParams("\"_meta\" lacks " + EnvelopeReader.META_CAPABILITIES);
        }
        return trusted ? new Request.Terms(version, EdgeNotes.of(message, server.json().mapper())) : sessionTerms(version);
    }

    /** Those of a request whose sender does not change from one to the next. */
    private Request.Terms sessionTerms(ProtocolVersion version) {
        return new Request.Terms(version, null, state.owner());
    }

    private void start(Request request) {
        try {
            request.run(this);
        } catch (RpcFault fault) {
            request.answerFault(fault);
        } catch (Throwable e) {
            String reference = server.failures().failed(e);
            request.answerError(ErrorCode.INTERNAL_ERROR, "Internal error, reference " + reference);
        }
    }

    private void acceptNotification(Envelope message) {
        MethodTable.Notification handler = server.methods().notification(message.method());
        if (handler == null || message.hasParamsByPosition()) {
            return;
        }
        try {
            handler.handle(this, message);
        } catch (RpcFault fault) {
            // Malformed notifications are to be ignored (MCP 2025-11-25, cancellation, error handling).
        } catch (Throwable e) {
            server.failures().failed(e);
        }
    }

    private void acceptBatch(Envelope message, @Nullable List<Reading> read, Outcome outcome) {
        ProtocolVersion version = state.version();
        int most = server.settings().limits().batch();
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
        Batch batch =
                new Batch(outcome, members.size(), server.settings().limits().answerBytes());
        members.forEach(member -> accept(member, batch));
    }

    /** Answers each request of a batch: whoever waits for the answer to one of them has no use for an error without its id. */
    private void refuseEach(Envelope batch, String text, Outcome outcome) {
        byte[] answers = RequestIds.answer(
                server.json().reader(), batch, request -> Messages.error(request, ErrorCode.INVALID_REQUEST, text));
        if (answers == null) {
            outcome.none();
        } else {
            outcome.answer(answers);
        }
    }

    private List<Reading> members(Envelope batch, int most) {
        return server.json().reader().members(batch, most).stream().map(Reading::of).toList();
    }

    /** The end of a message that arrived by itself. */
    private final class Single implements Outcome {

        private final int number;
        private final boolean heard;
        private final boolean lost;

        Single(int number) {
            this(number, false, false);
        }

        Single(int number, boolean heard, boolean lost) {
            this.number = number;
            this.heard = heard;
            this.lost = lost;
        }

        @Override
        public boolean afterLoss() {
            return lost;
        }

        @Override
        public boolean heard() {
            return heard;
        }

        @Override
        public int number() {
            return number;
        }

        @Override
        public void answer(byte[] message) {
            if (!closed) {
                peer.send(message, number);
            }
        }

        @Override
        public void none() {
            if (!closed) {
                peer.done(number);
            }
        }

        @Override
        public boolean hasRoom(int bytes) {
            return server.memory().hasRoom(bytes);
        }

        @Override
        public byte[] noRoom(Envelope request) {
            server.memory().shed("answer");
            return new Refusal(Reason.OVERLOADED, "the node has no memory left for the answer")
                    .toJsonRpc(new String(request.id(), UTF_8), peer.session().node(), Executed.UNKNOWN);
        }
    }

    // ---- for the methods and tool runs of this package; on the conversation's thread unless said otherwise

    McpServer server() {
        return server;
    }

    Peer peer() {
        return peer;
    }

    SessionValues values() {
        return values;
    }

    /** Usable from any thread. */
    SessionState state() {
        return state;
    }

    /** The version to speak; the newest before {@code initialize}. Usable from any thread. */
    ProtocolVersion protocol() {
        ProtocolVersion version = state.version();
        return version == null ? ProtocolVersion.NEWEST_WITH_SESSION : version;
    }

    /** Whether the session goes on from another node's checkpoint. */
    boolean resumed() {
        return resumed;
    }

    /** Changes the state and checkpoints it. */
    void change(SessionState next) {
        state = next;
        unsaved.set(true);
        save();
    }

    /** What the client is asked. Usable from any thread. */
    synchronized ClientRequests clientRequests() {
        ClientRequests asked = clientRequests;
        if (asked == null) {
            asked = new ClientRequests(this);
            clientRequests = asked;
        }
        return asked;
    }

    /** Tells the client that what it was asked to do at a URL is done. Usable from any thread. */
    private void elicitationCompleted(String id) {
        if (state.features(server.json().mapper()).urls()) {
            clientRequests().completed(id);
        }
    }

    /** Whether the client wants log messages of this level. Usable from any thread. */
    boolean wants(LogLevel level) {
        LogLevel least = state.logLevel();
        return level.compareTo(least == null ? server.settings().logLevel() : least) >= 0;
    }

    /** The requests that have not ended. */
    InFlight requests() {
        return inFlight;
    }

    /** Brings a request to its end, with {@code end}, after saving what the answer may depend on. */
    void ended(Run<?> run, Runnable end) {
        inFlight.ended(run);
        save();
        end.run();
        inFlight.pump();
    }

    /**
     * Sends a message that answers nothing, if the session still lives.
     *
     * @param relatedTo see {@link Peer#tell}
     */
    void tell(byte[] message, int relatedTo) {
        if (!closed) {
            peer.tell(message, relatedTo);
        }
    }

    /** Tells the client of a change, later; once when it happens again meanwhile. */
    @Override
    public void announce(String what, byte[] message) {
        if (announcements != null && announcements.add(what, message)) {
            post(this::sendAnnouncements);
        }
    }

    private void sendAnnouncements() {
        if (announcements != null) {
            announcements.take().forEach((what, message) -> tellOf(what, message.clone()));
        }
    }

    @Override
    public void tellMissed(Set<String> told) {
        Audience audience = server.audience();
        Stream.concat(audience.lists().stream(), state.subscriptions().stream())
                .filter(what -> !told.contains(what))
                .forEach(what -> tellOf(what, audience.message(what)));
    }

    private void tellOf(String what, byte[] message) {
        if (state.ready() && (Changes.isList(what) || state.subscriptions().contains(what))) {
            tell(message, 0);
            told(this, what);
        }
    }

    /** Whether the caller is on the conversation's thread. Usable from any thread. */
    boolean isCurrent() {
        return Thread.currentThread() == current;
    }

    /** Runs a task on the conversation's thread, later; drops it when the session has ended. Usable from any thread. */
    void post(Runnable task) {
        try {
            peer.executor().execute(() -> run(task));
        } catch (RejectedExecutionException e) {
            // The session's thread is gone, and with it whoever wanted the task's effect.
        }
    }

    private void run(Runnable task) {
        if (closed) {
            return;
        }
        Thread before = current;
        current = Thread.currentThread();
        try {
            task.run();
        } catch (Throwable e) {
            server.failures().failed(e);
        } finally {
            current = before;
        }
    }

    private void valuesChanged() {
        if (!unsaved.getAndSet(true)) {
            post(this::save);
        }
    }

    private void save() {
        if (!closed && unsaved.getAndSet(false)) {
            peer.checkpoint(checkpoint());
        }
    }
}
