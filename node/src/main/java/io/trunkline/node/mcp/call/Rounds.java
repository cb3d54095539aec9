package io.trunkline.node.mcp.call;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.state.RequestStates;
import io.trunkline.node.mcp.wire.Answers;
import io.trunkline.node.mcp.wire.BoundedBytes;
import io.trunkline.node.mcp.wire.Questions;
import io.trunkline.node.mcp.wire.ResultFields;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.mcp.wire.ServerMessages;
import io.trunkline.node.spi.ToolException;
import io.trunkline.node.spi.UrlElicitation;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.Methods;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a request without a session asks its client (MCP 2026-07-28, basic/patterns/mrtr). The handler does not wait:
 * when it has asked something that is not known, the request is answered with the questions, and its run is stopped.
 * The client sends the request again with the answers, to any node; the handler runs from its start, and is given at
 * once what is known.
 *
 * <p>Questions may come from any thread; the rest happens on the conversation's.
 */
public final class Rounds implements Asking {

    /** How long the call may go on after a question, so that those asked at the same time reach the client together. */
    private static final long GATHERING_MILLIS = 5;

    private static final String ANSWERS = "answers";
    private static final String VALUES = "values";

    private final OpenCall call;
    private final CallEnvironment environment;
    private final byte[] digest;
    private final Map<String, JsonNode> given = new HashMap<>();
    private final ObjectNode used;
    private final @Nullable JsonNode values;
    private final long heapBytes;
    private final Map<String, byte[]> open = new LinkedHashMap<>();
    private final List<CompletableFuture<?>> waiting = new ArrayList<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private boolean over;

    /**
     * The questions of a call.
     *
     * @param digest what tells its request from others, for the answers that belong to it and to no other
     * @param answers what the client has sent along; null for nothing
     * @throws RpcFault when that cannot be used
     */
    Rounds(OpenCall call, byte[] digest, @Nullable Answers answers) throws RpcFault {
        this.call = call;
        this.environment = call.place().environment();
        this.digest = digest;
        this.used = environment.json().mapper().createObjectNode();
        RequestStates.Opened opened = answers == null || answers.state() == null
                ? new RequestStates.Opened(environment.json().mapper().createObjectNode(), 0)
                : environment.states().open(answers.state(), digest);
        this.heapBytes = opened.heapBytes();
        JsonNode state = opened.content();
        state.path(ANSWERS).properties().forEach(answer -> given.put(answer.getKey(), answer.getValue()));
        this.values = state.get(VALUES);
        if (answers != null) {
            for (Map.Entry<String, JsonNode> response : answers.responses().properties()) {
                given.put(response.getKey(), response.getValue());
            }
        }
    }

    /** Calls ask in rounds, whose answers are good for this method, target and arguments of their principal only. */
    public static Asking.Source of(String method, String target, Map<String, String> arguments) {
        return (call, given) -> {
            CallEnvironment environment = call.place().environment();
            byte[] digest = environment
                    .states()
                    .digest(
                            call.request().principal().id(),
                            method,
                            target,
                            environment.json().mapper().valueToTree(arguments));
            return new Rounds(call, digest, given);
        };
    }

    @Override
    public @Nullable JsonNode values() {
        return values;
    }

    @Override
    public long heapBytes() {
        return heapBytes;
    }

    @Override
    public synchronized ObjectNode used() {
        return used.deepCopy();
    }

    @Override
    public synchronized <T> CompletableFuture<T> ask(
            String kind, String key, String method, ServerMessages.Params params, ClientRequests.Answer<T> answer) {
        String name = key.isEmpty() ? kind + "-" + counts.merge(kind, 1, Integer::sum) : key;
        JsonNode known = given.get(name);
        if (known != null) {
            try {
                T result = answer.read(known);
                used.set(name, known);
                return CompletableFuture.completedFuture(result);
            } catch (ToolException e) {
                // It does not fit: the client is asked once more.
            }
        }
        return put(name, method, params);
    }

    private <T> CompletableFuture<T> put(String name, String method, ServerMessages.Params params) {
        CompletableFuture<T> future = new CompletableFuture<>();
        int most = environment.settings().clientRequests().outstanding();
        if (over) {
            future.cancel(false);
        } else if (open.size() >= most) {
            future.completeExceptionally(new ToolException(
                    "The request waits for " + most + " answers of its client: wait for them before asking more"));
        } else {
            try {
                open.put(name, question(method, params));
                waiting.add(future);
                if (waiting.size() == 1) {
                    environment
                            .timer()
                            .schedule(
                                    () -> call.place().speaker().post(this::suspend),
                                    GATHERING_MILLIS,
                                    TimeUnit.MILLISECONDS);
                }
            } catch (IOException e) {
                future.completeExceptionally(
                        new ToolException("The client cannot be asked: the question is too large, or not JSON", e));
            }
        }
        return future;
    }

    private byte[] question(String method, ServerMessages.Params params) throws IOException {
        return ServerMessages.question(environment.json().mapper(), method, environment.answerBytes(), params);
    }

    @Override
    public synchronized byte[] visits(List<UrlElicitation> visits) {
        open.clear();
        try {
            for (UrlElicitation visit : visits) {
                open.put(
                        "visit-" + (open.size() + 1),
                        question(
                                Methods.ELICITATION_CREATE,
                                json -> Questions.write(json, visit, ProtocolVersion.V2026_07_28)));
            }
        } catch (IOException e) {
            return tooLarge();
        }
        return inputRequired();
    }

    private void suspend() {
        byte[] answer;
        synchronized (this) {
            if (over) {
                return;
            }
            answer = inputRequired();
        }
        call.suspend(answer);
    }

    private byte[] inputRequired() {
        ObjectMapper mapper = environment.json().mapper();
        BoundedBytes bytes = new BoundedBytes(environment.answerBytes());
        try (JsonGenerator json = mapper.createGenerator(bytes)) {
            json.writeStartObject();
            ServerMessages.writeQuestions(json, open);
            String state = state();
            if (state.length() > RequestStates.MAX_LENGTH) {
                return tooLarge();
            }
            json.writeStringField("requestState", state);
            environment.fields().write(json, ProtocolVersion.V2026_07_28, ResultFields.INPUT_REQUIRED, null);
            json.writeEndObject();
        } catch (IOException e) {
            return tooLarge();
        }
        return Messages.result(call.request().envelope(), bytes.array(), 0, bytes.size());
    }

    private String state() throws IOException {
        ObjectNode content = environment.json().mapper().createObjectNode();
        content.set(ANSWERS, used);
        JsonNode kept = call.keptValues();
        if (kept != null) {
            content.set(VALUES, kept);
        }
        return environment.states().seal(content, digest);
    }

    private byte[] tooLarge() {
        return Messages.error(
                call.request().envelope(),
                ErrorCode.INTERNAL_ERROR,
                "What the client was asked and has answered is too large for a request");
    }

    @Override
    public void end() {
        List<CompletableFuture<?>> all;
        synchronized (this) {
            over = true;
            all = List.copyOf(waiting);
        }
        all.forEach(future -> future.cancel(false));
    }
}
