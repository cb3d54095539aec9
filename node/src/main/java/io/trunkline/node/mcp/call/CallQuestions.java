package io.trunkline.node.mcp.call;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.mcp.wire.Answers;
import io.trunkline.node.mcp.wire.ClientFeatures;
import io.trunkline.node.mcp.wire.Questions;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.spi.ElicitResult;
import io.trunkline.node.spi.Elicitation;
import io.trunkline.node.spi.Root;
import io.trunkline.node.spi.SamplingRequest;
import io.trunkline.node.spi.SamplingResult;
import io.trunkline.node.spi.ToolException;
import io.trunkline.node.spi.UrlElicitation;
import io.trunkline.protocol.jsonrpc.Methods;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What one call asks its client: in requests of the session, or without a session where its source says. Usable from
 * any thread.
 */
final class CallQuestions implements ClientRequests.Owner {

    private final OpenCall call;
    private final Asking.Source source;
    private @Nullable List<ClientRequests.Question<?>> questions;
    private boolean over;
    private volatile @Nullable Asking asking;

    CallQuestions(OpenCall call, Asking.Source source) {
        this.call = call;
        this.source = source;
    }

    /** The client has sent these answers along. Returns about what they keep beyond the request itself. */
    long open(Answers given) throws RpcFault {
        Asking opened = source.open(call, given);
        asking = opened;
        return opened.heapBytes();
    }

    /** What was kept in earlier runs for the same request; null for nothing. */
    @Nullable
    JsonNode values() {
        Asking before = asking;
        return before == null ? null : before.values();
    }

    /** Nothing is asked any more, and the open questions are abandoned. */
    void end() {
        List<ClientRequests.Question<?>> open;
        synchronized (this) {
            over = true;
            open = questions == null ? List.of() : List.copyOf(questions);
        }
        open.forEach(ClientRequests.Question::abandon);
        Asking asked = asking;
        if (asked != null) {
            asked.end();
        }
    }

    // ---- the owner of questions

    @Override
    public String name() {
        return call.name();
    }

    @Override
    public int number() {
        return call.request().number();
    }

    @Override
    public boolean ended() {
        return call.ended();
    }

    @Override
    public synchronized boolean asks(ClientRequests.Question<?> question) {
        if (!over) {
            List<ClientRequests.Question<?>> all = questions == null ? new ArrayList<>(1) : questions;
            all.add(question);
            questions = all;
        }
        return !over;
    }

    /** The question is over. Usable from any thread. */
    @Override
    public synchronized void askedNoMore(ClientRequests.Question<?> question) {
        if (questions != null) {
            questions.remove(question);
        }
    }

    // ---- for the handler

    CompletionStage<ElicitResult> elicit(Elicitation form) {
        return ask(
                "form",
                form.key(),
                Methods.ELICITATION_CREATE,
                client -> Questions.requireForm(client, form),
                (json, version) -> Questions.write(json, form, version),
                result -> Questions.readForm(result, form));
    }

    CompletionStage<ElicitResult> elicit(UrlElicitation visit) {
        return ask(
                "visit",
                "",
                Methods.ELICITATION_CREATE,
                client -> ClientFeatures.require(client.urls(), "elicitation with URLs", "elicitation", "url"),
                (json, version) -> Questions.write(json, visit, version),
                Questions::readAction);
    }

    CompletionStage<SamplingResult> sample(SamplingRequest sampling) {
        return ask(
                "sampling",
                "",
                Methods.SAMPLING_CREATE_MESSAGE,
                client -> Questions.requireSampling(client, sampling),
                (json, version) -> Questions.write(json, sampling, version),
                Questions::readSampling);
    }

    CompletionStage<List<Root>> listRoots() {
        return ask(
                "roots",
                "",
                Methods.ROOTS_LIST,
                client -> ClientFeatures.require(client.roots(), "roots", "roots"),
                (json, version) -> {},
                Questions::readRoots);
    }

    CompletionStage<Duration> ping() {
        if (call.request().stateless()) {
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

    /** Where it asks, without a session. Usable from any thread. */
    synchronized Asking asking() throws RpcFault {
        Asking all = asking;
        if (all == null) {
            all = source.open(call, null);
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
        ClientFeatures client = call.features();
        try {
            if (!call.mayAsk()) {
                throw new ToolException("The client cannot be asked for this request");
            }
            requirement.check(client);
            if (call.request().stateless()) {
                return asking().ask(kind, key, method, json -> params.write(json, client.version()), answer);
            }
        } catch (ToolException e) {
            return CompletableFuture.failedFuture(e);
        } catch (RpcFault fault) {
            return CompletableFuture.failedFuture(new ToolException(fault.text()));
        }
        return call.place().clientRequests().ask(this, method, json -> params.write(json, client.version()), answer);
    }
}
