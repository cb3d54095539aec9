package io.trunkline.node.mcp;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.spi.Call;
import io.trunkline.node.spi.Client;
import io.trunkline.node.spi.ElicitResult;
import io.trunkline.node.spi.Elicitation;
import io.trunkline.node.spi.LogLevel;
import io.trunkline.node.spi.Principal;
import io.trunkline.node.spi.Root;
import io.trunkline.node.spi.RpcException;
import io.trunkline.node.spi.SamplingRequest;
import io.trunkline.node.spi.SamplingResult;
import io.trunkline.node.spi.ToolException;
import io.trunkline.node.spi.ToolSession;
import io.trunkline.node.spi.UrlElicitation;
import io.trunkline.node.spi.UrlElicitationRequiredException;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.jsonrpc.Methods;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One call of a module's handler from its start to the end of its request, which is one of: its result, its failure, the
 * end of its time, the client's cancellation, the end of the session.
 *
 * <p>An asynchronous handler that has its result at once ends within {@link #start()}, without another thread and
 * without counting as in flight. Everything here happens on the conversation's thread, except the methods of {@link
 * Call}.
 *
 * @param <R> what the handler returns
 */
abstract class Run<R> implements Call {

    /** Characters of an error's message that the client gets. */
    private static final int MAX_ERROR = 4096;

    private static final Duration MAX_RETRY = Duration.ofHours(1);

    private final Conversation conversation;
    private final Request request;
    private final Meta meta;
    private final Notices notices;
    private final long heldBytes;
    private String key = "";
    private boolean ended;
    private @Nullable Future<?> timeout;
    private @Nullable Runnable interrupt;
    private @Nullable List<Runnable> cancelActions;
    private @Nullable List<ClientRequests.Question<?>> questions;
    private boolean asksNoMore;
    private volatile boolean cancelled;
    private volatile @Nullable Asking asking;
    private @Nullable SessionValues ownValues;

    /**
     * @param heapBytes about what the parameters keep
     */
    Run(Conversation conversation, Request request, Meta meta, long heapBytes) {
        this.conversation = conversation;
        this.request = request;
        this.meta = meta;
        this.notices = new Notices(conversation, request, meta);
        this.heldBytes = heapBytes < HeldBytes.SMALL ? 0 : heapBytes;
    }

    // ---- what is different for a tool, a resource, a prompt and a completion

    /** What runs, for the operator. */
    abstract String name();

    /** Whether {@link #callBlocking} is to be called instead of {@link #callAsync}. */
    abstract boolean blocks();

    abstract CompletionStage<R> callAsync() throws Exception;

    abstract R callBlocking() throws Exception;

    /** The longest time that it may take. */
    abstract Duration limit();

    /** The answer for a result. Usable from any thread. */
    abstract byte[] answer(R result) throws Exception;

    /** The answer for a failure that the client may read. Usable from any thread. */
    abstract byte[] failure(ToolException meant);

    /** The answer for a failure whose details are not for the client. Usable from any thread. */
    abstract byte[] unexpected(Throwable cause);

    /** The answer when the time is over. */
    abstract byte[] timeout();

    /** What tells its request from others, for the answers of the client that belong to it and to no other. */
    abstract byte[] digest();

    /**
     * Where it asks, without a session.
     *
     * @param given what the client has sent along; null for nothing
     */
    Asking newAsking(@Nullable Answers given) throws RpcFault {
        return new Rounds(this, given);
    }

    /** Whether the client can be asked something. */
    boolean mayAsk() {
        return true;
    }

    // ---- from start to end

    /** What the session finds this run by while it is in flight. */
    String key() {
        return key;
    }

    Conversation conversation() {
        return conversation;
    }

    Request request() {
        return request;
    }

    /** The number of the client message that started it. */
    int number() {
        return request.number();
    }

    boolean ended() {
        return ended;
    }

    void start() throws RpcFault {
        if (request.stateless() && meta.answers() != null) {
            asking = newAsking(meta.answers());
        }
        if (heldBytes > 0 && !conversation.server().held().take(heldBytes)) {
            request.answerError(ErrorCode.OVERLOADED, "The node holds too many arguments of calls: try again later");
        } else if (blocks()) {
            startBlocking();
        } else {
            startAsync();
        }
    }

    private void startAsync() {
        CompletionStage<R> stage;
        try {
            stage = callAsync();
        } catch (Throwable e) {
            finish(answer(null, e));
            return;
        }
        if (stage instanceof CompletableFuture<R> future && future.isDone()) {
            finish(answer(future));
            return;
        }
        goOn(() -> {
            if (stage instanceof CompletableFuture<R> future) {
                future.cancel(true);
            }
        });
        try {
            stage.whenComplete(this::finishLater);
        } catch (RuntimeException e) {
            finish(answer(null, e));
        }
    }

    private void startBlocking() {
        BlockingRun<R> run = new BlockingRun<>(this);
        goOn(run::stop);
        try {
            conversation.server().blockingThreads().execute(run);
        } catch (RejectedExecutionException e) {
            conversation.server().events().toolRefused(name());
            end(() -> request.answerError(
                    ErrorCode.OVERLOADED, "The node runs too many calls of blocking tools: try again later"));
        }
    }

    /** From now on the run is in flight. */
    private void goOn(Runnable howToInterrupt) {
        interrupt = howToInterrupt;
        key = RequestKey.of(request.envelope(), conversation.server().json());
        request.keepIdOnly();
        conversation.requests().started(this);
        timeout = conversation
                .server()
                .timer()
                .schedule(() -> conversation.post(this::timeOut), limit().toNanos(), TimeUnit.NANOSECONDS);
    }

    /** On the thread that completes the call, where writing a large result does not hold up other sessions. */
    void finishLater(@Nullable R result, @Nullable Throwable failure) {
        if (!cancelled) {
            byte[] answer = answer(result, failure);
            conversation.post(() -> finish(answer));
        }
    }

    private void finish(byte[] answer) {
        if (!ended) {
            end(() -> request.answer(answer));
        }
    }

    private byte[] answer(CompletableFuture<R> done) {
        R result;
        try {
            result = done.join();
        } catch (CompletionException | CancellationException e) {
            return answer(null, e);
        }
        return answer(result, null);
    }

    /** The answer to the request. Usable from any thread; never throws. */
    private byte[] answer(@Nullable R result, @Nullable Throwable failure) {
        Throwable cause = unwrapped(failure);
        if (cause instanceof UrlElicitationRequiredException required
                && features().urls()) {
            return visits(required);
        }
        Throwable behind = cause instanceof RpcException ? cause.getCause() : cause;
        if (behind instanceof MissingCapabilityException missing && request.stateless()) {
            return request.error(RpcFault.missingCapability(missing));
        }
        if (cause instanceof RpcException meant) {
            return error(meant);
        }
        if (cause instanceof ToolException meant) {
            return failure(meant);
        }
        if (cause != null || result == null) {
            return unexpected(cause == null ? new NullPointerException("the handler returned null") : cause);
        }
        try {
            return answer(result);
        } catch (Throwable e) {
            return unexpected(e);
        }
    }

    private byte[] visits(UrlElicitationRequiredException required) {
        try {
            return request.stateless() && asking() instanceof Rounds rounds
                    ? rounds.visits(required.elicitations())
                    : request.error(RpcFault.urlElicitationRequired(required));
        } catch (RpcFault fault) {
            return request.error(fault);
        }
    }

    /** The error that a handler wants its request to end with. What is behind it is for the operator. */
    private byte[] error(RpcException meant) {
        if (meant.getCause() != null && !(meant.getCause() instanceof ToolException)) {
            conversation.server().toolFailed(name(), meant.getCause());
        }
        String message = meant.getMessage();
        String text = message == null ? name() + " failed" : message;
        JsonNode data = meant.data();
        int most = conversation.server().settings().limits().answerBytes();
        return request.error(new RpcFault(
                meant.code(),
                text.length() <= MAX_ERROR ? text : text.substring(0, MAX_ERROR) + "...",
                data == null || data.toString().length() > most ? null : data));
    }

    /** What failed, without the wrapping of futures. */
    private static @Nullable Throwable unwrapped(@Nullable Throwable failure) {
        Throwable cause = failure;
        // A few at most: a handler may pass on what another stage told it.
        for (int i = 0; i < 4 && cause != null; i++) {
            if (!(cause instanceof CompletionException || cause instanceof ExecutionException)) {
                return cause;
            }
            cause = cause.getCause() == null ? cause : cause.getCause();
        }
        return cause;
    }

    /** The client cancels: no answer. */
    void cancel() {
        if (!ended) {
            cancelled = true;
            end(request::none);
            interrupt();
        }
    }

    private void timeOut() {
        if (!ended) {
            conversation.server().events().toolTimedOut(name(), limit());
            byte[] answer = timeout();
            cancelled = true;
            end(() -> request.answer(answer));
            interrupt();
        }
    }

    /** The client is asked something by the answer of its request; the run is of no use any more. */
    void suspend(byte[] answer) {
        if (!ended) {
            cancelled = true;
            end(() -> request.answer(answer));
            interrupt();
        }
    }

    /** The session has ended: nobody is told anything. */
    void stop() {
        if (!ended) {
            ended = true;
            cancelled = true;
            quiet();
            interrupt();
        }
    }

    private void end(Runnable last) {
        // Before the end: the client is told of questions that nobody waits for while their request is still open.
        quiet();
        ended = true;
        conversation.ended(this, last);
    }

    private void quiet() {
        notices.stop();
        if (heldBytes > 0) {
            conversation.server().held().give(heldBytes);
        }
        if (timeout != null) {
            timeout.cancel(false);
        }
        List<ClientRequests.Question<?>> open;
        synchronized (this) {
            asksNoMore = true;
            open = questions == null ? List.of() : List.copyOf(questions);
        }
        open.forEach(ClientRequests.Question::abandon);
        Asking asked = asking;
        if (asked != null) {
            asked.end();
        }
    }

    /** Takes a question along, to be ended with this run. False when it has ended. Usable from any thread. */
    synchronized boolean asks(ClientRequests.Question<?> question) {
        if (!asksNoMore) {
            List<ClientRequests.Question<?>> all = questions == null ? new ArrayList<>(1) : questions;
            all.add(question);
            questions = all;
        }
        return !asksNoMore;
    }

    /** The question is over. Usable from any thread. */
    synchronized void askedNoMore(ClientRequests.Question<?> question) {
        if (questions != null) {
            questions.remove(question);
        }
    }

    private void interrupt() {
        List<Runnable> actions;
        synchronized (this) {
            cancelled = true;
            actions = cancelActions == null ? List.of() : cancelActions;
            cancelActions = null;
        }
        actions.forEach(this::runCancelAction);
        if (interrupt != null) {
            interrupt.run();
        }
    }

    private void runCancelAction(Runnable action) {
        try {
            action.run();
        } catch (Throwable e) {
            conversation.server().toolFailed(name(), e);
        }
    }

    // ---- Call: any thread

    @Override
    public ToolSession session() {
        return request.stateless() ? ownValues() : conversation.values();
    }

    /** Without a session, values last as long as the request, in all its rounds. */
    private synchronized SessionValues ownValues() {
        SessionValues own = ownValues;
        if (own == null) {
            own = new SessionValues(conversation.peer(), conversation.server().mapper(), () -> {}, id -> {});
            ownValues = own;
            Asking before = asking;
            JsonNode kept = before == null ? null : before.values();
            if (kept != null) {
                own.restoreKept(kept);
            }
        }
        return own;
    }

    /** What the handler has kept without a session; null for nothing. Usable from any thread. */
    synchronized @Nullable JsonNode keptValues() {
        Asking before = asking;
        if (ownValues == null) {
            return before == null ? null : before.values();
        }
        return ownValues.tree();
    }

    @Override
    public ObjectNode meta() {
        ObjectNode fields = meta.fields();
        return fields == null ? JsonNodeFactory.instance.objectNode() : fields;
    }

    @Override
    public @Nullable JsonNode progressToken() {
        byte[] token = meta.progressToken();
        try {
            return token == null ? null : conversation.server().mapper().readTree(token);
        } catch (IOException e) {
            throw new UncheckedIOException("a progress token that was read before", e);
        }
    }

    @Override
    public Client client() {
        ClientInfo info =
                request.stateless() ? meta.client() : conversation.state().client();
        return new Client(info.name(), info.title(), info.version(), features().capabilities());
    }

    @Override
    public Principal principal() {
        return request.principal();
    }

    @Override
    public void progress(double progress, double total, @Nullable String message) {
        notices.progress(progress, total, message);
    }

    @Override
    public void closeStream(Duration retry) {
        if (retry.isNegative() || retry.compareTo(MAX_RETRY) > 0) {
            throw new IllegalArgumentException("retry: " + retry + " (expected: 0 to " + MAX_RETRY + ")");
        }
        notices.closeStream((int) retry.toMillis());
    }

    @Override
    public void log(LogLevel level, @Nullable String logger, JsonNode data) {
        notices.log(level, logger, data);
    }

    @Override
    public CompletionStage<ElicitResult> elicit(Elicitation form) {
        return ask(
                "form",
                form.key(),
                Methods.ELICITATION_CREATE,
                client -> Questions.requireForm(client, form),
                (json, version) -> Questions.write(json, form, version),
                result -> Questions.readForm(result, form));
    }

    @Override
    public CompletionStage<ElicitResult> elicit(UrlElicitation visit) {
        return ask(
                "visit",
                "",
                Methods.ELICITATION_CREATE,
                client -> ClientFeatures.require(client.urls(), "elicitation with URLs", "elicitation", "url"),
                (json, version) -> Questions.write(json, visit, version),
                Questions::readAction);
    }

    @Override
    public CompletionStage<SamplingResult> sample(SamplingRequest sampling) {
        return ask(
                "sampling",
                "",
                Methods.SAMPLING_CREATE_MESSAGE,
                client -> Questions.requireSampling(client, sampling),
                (json, version) -> Questions.write(json, sampling, version),
                Questions::readSampling);
    }

    @Override
    public CompletionStage<List<Root>> listRoots() {
        return ask(
                "roots",
                "",
                Methods.ROOTS_LIST,
                client -> ClientFeatures.require(client.roots(), "roots", "roots"),
                (json, version) -> {},
                Questions::readRoots);
    }

    @Override
    public CompletionStage<Duration> ping() {
        if (request.stateless()) {
            return CompletableFuture.failedFuture(new ToolException("A client without a session cannot be pinged"));
        }
        long sent = System.nanoTime();
        return ask(
                "",
                "",
                Methods.PING,
                client -> {},
                (json, version) -> {},
                result -> Duration.ofNanos(System.nanoTime() - sent));
    }

    final ClientFeatures features() {
        return request.stateless()
                ? ClientFeatures.of(request.version(), meta.capabilities())
                : ClientFeatures.of(conversation.state(), conversation.server().mapper());
    }

    /** Where it asks, without a session. Usable from any thread. */
    final synchronized Asking asking() throws RpcFault {
        Asking all = asking;
        if (all == null) {
            all = newAsking(null);
            asking = all;
        }
        return all;
    }

    @FunctionalInterface
    private interface Requirement {
        void check(ClientFeatures client) throws ToolException;
    }

    @FunctionalInterface
    private interface Params {
        void write(JsonGenerator json, ProtocolVersion version) throws IOException;
    }

    private <T> CompletionStage<T> ask(
            String kind,
            String key,
            String method,
            Requirement requirement,
            Params params,
            ClientRequests.Answer<T> answer) {
        ClientFeatures client = features();
        try {
            if (!mayAsk()) {
                throw new ToolException("The client cannot be asked for this request");
            }
            requirement.check(client);
            if (request.stateless()) {
                return asking().ask(kind, key, method, json -> params.write(json, client.version()), answer);
            }
        } catch (ToolException e) {
            return CompletableFuture.failedFuture(e);
        } catch (RpcFault fault) {
            return CompletableFuture.failedFuture(new ToolException(fault.text()));
        }
        return conversation.clientRequests().ask(this, method, json -> params.write(json, client.version()), answer);
    }

    @Override
    public boolean cancelled() {
        return cancelled;
    }

    @Override
    public void onCancel(Runnable action) {
        synchronized (this) {
            if (!cancelled) {
                List<Runnable> actions = cancelActions == null ? new ArrayList<>(2) : cancelActions;
                actions.add(action);
                cancelActions = actions;
                return;
            }
        }
        runCancelAction(action);
    }
}
