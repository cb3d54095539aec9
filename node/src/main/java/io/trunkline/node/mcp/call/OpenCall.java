package io.trunkline.node.mcp.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.state.SessionValues;
import io.trunkline.node.mcp.wire.ClientFeatures;
import io.trunkline.node.mcp.wire.ClientInfo;
import io.trunkline.node.mcp.wire.Meta;
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
import io.trunkline.node.spi.ToolSession;
import io.trunkline.node.spi.UrlElicitation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A call as its handler sees it, with what it asks its client. Usable from any thread, unless said otherwise. */
public class OpenCall implements Call {

    private static final Duration MAX_RETRY = Duration.ofHours(1);

    /** The life that the call belongs to. On the session's thread. */
    public interface Life {

        /** Whether its request has ended. */
        boolean ended();

        /** Ends the request with this answer; the call is of no use any more. */
        void suspend(byte[] answer);
    }

    private final CallPlace place;
    private final Request request;
    private final Meta meta;
    private final String name;
    private final Asking.Source source;
    private final Notices notices;
    private @Nullable Life life;
    private @Nullable List<Runnable> cancelActions;
    private volatile @Nullable CallQuestions questions;
    private boolean asksNoMore;
    private volatile boolean cancelled;
    private @Nullable SessionValues ownValues;

    /**
     * A call that has not begun.
     *
     * @param name what is called, for the operator and in errors
     */
    protected OpenCall(CallPlace place, Request request, Meta meta, String name, Asking.Source source) {
        this.place = place;
        this.request = request;
        this.meta = meta;
        this.name = name;
        this.source = source;
        this.notices = new Notices(place, request, meta);
    }

    // ---- for its life

    final CallPlace place() {
        return place;
    }

    protected final Request request() {
        return request;
    }

    final String name() {
        return name;
    }

    /** Whether the client can be asked something. */
    protected boolean mayAsk() {
        return true;
    }

    /**
     * It begins. What the client has sent along is there from the start. On the session's thread.
     *
     * @return about what that keeps beyond the request itself
     */
    final long begin(Life its) throws RpcFault {
        life = its;
        return request.stateless() && meta.answers() != null ? questions().open(meta.answers()) : 0;
    }

    /** Whether its request has ended. On the session's thread. */
    final boolean ended() {
        return life != null && life.ended();
    }

    /** The client is asked something by the answer of its request. On the session's thread. */
    final void suspend(byte[] answer) {
        if (life != null) {
            life.suspend(answer);
        }
    }

    /** The result is not wanted any more. */
    final void giveUp() {
        cancelled = true;
    }

    /** Nothing is told or asked any more, and what was asked is abandoned. */
    final void end() {
        notices.stop();
        CallQuestions all;
        synchronized (this) {
            asksNoMore = true;
            all = questions;
        }
        if (all != null) {
            all.end();
        }
    }

    private synchronized CallQuestions questions() {
        CallQuestions all = questions;
        if (all == null) {
            all = new CallQuestions(this, source);
            questions = all;
            if (asksNoMore) {
                all.end();
            }
        }
        return all;
    }

    /** Where it asks, without a session. Usable from any thread. */
    final Asking asking() throws RpcFault {
        return questions().asking();
    }

    private @Nullable JsonNode valuesBefore() {
        CallQuestions all = questions;
        return all == null ? null : all.values();
    }

    /** Runs what the handler has registered for its cancellation. */
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
            place.environment().failures().toolFailed(name, e);
        }
    }

    // ---- for the handler

    @Override
    public ToolSession session() {
        return request.stateless() ? ownValues() : place.book().values();
    }

    /** Without a session, values last as long as the request, in all its rounds. */
    private synchronized SessionValues ownValues() {
        SessionValues own = ownValues;
        if (own == null) {
            own = new SessionValues(place.speaker()::session, mapper(), () -> {}, id -> {});
            ownValues = own;
            JsonNode kept = valuesBefore();
            if (kept != null) {
                own.restoreKept(kept);
            }
        }
        return own;
    }

    /** What the handler has kept without a session; null for nothing. Usable from any thread. */
    synchronized @Nullable JsonNode keptValues() {
        return ownValues == null ? valuesBefore() : ownValues.tree();
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
            return token == null ? null : mapper().readTree(token);
        } catch (IOException e) {
            throw new UncheckedIOException("a progress token that was read before", e);
        }
    }

    @Override
    public Client client() {
        ClientInfo info =
                request.stateless() ? meta.client() : place.book().state().client();
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
        return questions().elicit(form);
    }

    @Override
    public CompletionStage<ElicitResult> elicit(UrlElicitation visit) {
        return questions().elicit(visit);
    }

    @Override
    public CompletionStage<SamplingResult> sample(SamplingRequest sampling) {
        return questions().sample(sampling);
    }

    @Override
    public CompletionStage<List<Root>> listRoots() {
        return questions().listRoots();
    }

    @Override
    public CompletionStage<Duration> ping() {
        return questions().ping();
    }

    private ObjectMapper mapper() {
        return place.environment().json().mapper();
    }

    final ClientFeatures features() {
        return request.stateless()
                ? ClientFeatures.of(request.version(), meta.capabilities())
                : place.book().features();
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
