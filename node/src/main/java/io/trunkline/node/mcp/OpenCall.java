package io.trunkline.node.mcp;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.state.SessionValues;
import io.trunkline.node.mcp.wire.Answers;
import io.trunkline.node.mcp.wire.ClientFeatures;
import io.trunkline.node.mcp.wire.ClientInfo;
import io.trunkline.node.mcp.wire.Meta;
import io.trunkline.node.mcp.wire.Questions;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.spi.Call;
import io.trunkline.node.spi.Client;
import io.trunkline.node.spi.ElicitResult;
import io.trunkline.node.spi.Elicitation;
import io.trunkline.node.spi.LogLevel;
import io.trunkline.node.spi.Principal;
import io.trunkline.node.spi.Root;
import io.trunkline.node.spi.SamplingRequest;
import io.trunkline.node.spi.SamplingResult;
import io.trunkline.node.spi.ToolException;
import io.trunkline.node.spi.ToolSession;
import io.trunkline.node.spi.UrlElicitation;
import io.trunkline.protocol.jsonrpc.Methods;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A call as its handler sees it, and the rounds or questions in which it asks its client. Usable from any thread, unless said
 * otherwise.
 */
abstract class OpenCall implements Call {

    private static final Duration MAX_RETRY = Duration.ofHours(1);

    private final Conversation conversation;
    private final Request request;
    private final Meta meta;
    private final Notices notices;
    private @Nullable List<Runnable> cancelActions;
    private @Nullable List<ClientRequests.Question<?>> questions;
    private boolean asksNoMore;
    private volatile boolean cancelled;
    private volatile @Nullable Asking asking;
    private @Nullable SessionValues ownValues;

    OpenCall(Conversation conversation, Request request, Meta meta) {
        this.conversation = conversation;
        this.request = request;
        this.meta = meta;
        this.notices = new Notices(conversation, request, meta);
    }

    // ---- what is different for a tool, a resource, a prompt and a completion

    /** What runs, for the operator. */
    abstract String name();

    /** What tells its request from others, for the answers of the client that belong to it and to no other. */
    abstract byte[] digest();

    /**
     * Where it asks, without a session.
     *
     * @param given what the client has sent along; null for nothing
     */
    abstract Asking newAsking(@Nullable Answers given) throws RpcFault;

    /** Whether the client can be asked something. */
    boolean mayAsk() {
        return true;
    }

    /** Whether its request has ended. On the conversation's thread. */
    abstract boolean ended();

    // ---- for the run

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

    /** What the client has sent along is there from the start. On the conversation's thread. */
    final void takeAnswers() throws RpcFault {
        if (request.stateless() && meta.answers() != null) {
            asking = newAsking(meta.answers());
        }
    }

    /** Tells the client nothing more of progress, and logs nothing more. */
    final void hush() {
        notices.stop();
    }

    /** Nobody wants the result any more. */
    final void giveUp() {
        cancelled = true;
    }

    /** Nothing is asked any more, and nobody waits for what was. */
    final void endQuestions() {
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

    /** Nobody wants the result: whoever wanted to know hears of it. */
    final void runCancelActions() {
        List<Runnable> actions;
        synchronized (this) {
            cancelled = true;
            actions = cancelActions == null ? List.of() : cancelActions;
            cancelActions = null;
        }
        actions.forEach(this::runCancelAction);
    }

    private void runCancelAction(Runnable action) {
        try {
            action.run();
        } catch (Throwable e) {
            conversation.server().failures().toolFailed(name(), e);
        }
    }

    // ---- for the handler

    @Override
    public ToolSession session() {
        return request.stateless() ? ownValues() : conversation.values();
    }

    /** Without a session, values last as long as the request, in all its rounds. */
    private synchronized SessionValues ownValues() {
        SessionValues own = ownValues;
        if (own == null) {
            own = new SessionValues(conversation.peer()::session, conversation.server().json().mapper(), () -> {}, id -> {});
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
            return token == null ? null : conversation.server().json().mapper().readTree(token);
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
                : conversation.state().features(conversation.server().json().mapper());
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
