package io.trunkline.node.mcp.call;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.guard.Watchdog;
import io.trunkline.node.mcp.kit.Speaker;
import io.trunkline.node.mcp.wire.RequestKey;
import io.trunkline.node.mcp.wire.ServerMessages;
import io.trunkline.node.spi.ClientException;
import io.trunkline.node.spi.ToolException;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.Methods;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one session has asked its client and the client has not answered, bounded in number. Each question belongs to a
 * {@linkplain Owner call} and ends with it at the latest; the client is told then that the question is cancelled.
 *
 * <p>Ids carry the epoch of the binding: an answer that comes after the session has moved fits no question there, and
 * is ignored like any other answer to no open question.
 */
public final class ClientRequests {

    /** Bytes of a notification with an id. */
    private static final int MAX_NOTIFICATION = 4096;

    /** Completed visits that wait to be told. */
    private static final int MAX_COMPLETED = 64;

    private static final int MAX_REASON = 500;

    private final CallEnvironment environment;
    private final Speaker speaker;
    private final AtomicInteger outstanding = new AtomicInteger();
    private final AtomicInteger completed = new AtomicInteger();
    private final AtomicLong minted = new AtomicLong();

    /** What was sent, by the key of its id. Confined to the session's thread. */
    private final Map<String, Question<?>> sent = new HashMap<>();

    /** Makes the answer of what the client sent. */
    @FunctionalInterface
    public interface Answer<T> {
        T read(JsonNode result) throws ToolException;
    }

    /** What asks, and takes its questions along to its end. Usable from any thread. */
    interface Owner {

        /** What asks, for the operator. */
        String name();

        /** The number of the client message that started it. */
        int number();

        /** Whether its request has ended. On the session's thread. */
        boolean ended();

        /** Takes a question along, to be ended with it. False when it has ended. */
        boolean asks(Question<?> question);

        /** The question is over. */
        void askedNoMore(Question<?> question);
    }

    ClientRequests(CallEnvironment environment, Speaker speaker) {
        this.environment = environment;
        this.speaker = speaker;
    }

    /** How many wait for an answer. */
    public int outstanding() {
        return outstanding.get();
    }

    /**
     * Asks the client on behalf of a call. From any thread.
     *
     * @param params written on this thread
     * @param answer read on the session's thread
     */
    <T> CompletableFuture<T> ask(Owner call, String method, ServerMessages.Params params, Answer<T> answer) {
        int most = environment.settings().clientRequests().outstanding();
        if (outstanding.incrementAndGet() > most) {
            outstanding.decrementAndGet();
            return failed("The session waits for " + most + " answers of its client: wait for them before asking more");
        }
        Question<T> question = new Question<>(call, answer);
        question.future.whenComplete((result, failure) -> {
            outstanding.decrementAndGet();
            call.askedNoMore(question);
            question.over();
        });
        byte[] message;
        try {
            message = ServerMessages.request(
                    environment.json().mapper(), question.id, method, environment.answerBytes(), params);
        } catch (IOException e) {
            question.fail("The client cannot be asked: the question is too large, or not JSON");
            return question.future;
        }
        if (!call.asks(question)) {
            question.future.cancel(false);
        } else if (speaker.isCurrent()) {
            question.send(message);
        } else {
            speaker.post(() -> question.send(message));
        }
        return question.future;
    }

    /** Whether a response of the client answers something that was asked. */
    public boolean expects(Envelope response) {
        return response.hasId() && sent.containsKey(key(response));
    }

    /**
     * Takes a response of the client; one that answers no open question is ignored.
     *
     * @param read the whole response when it was read before; null when that is still to be done
     */
    public void answered(Envelope response, @Nullable JsonNode read) {
        Question<?> question = response.hasId() ? sent.remove(key(response)) : null;
        if (question == null) {
            return;
        }
        try {
            JsonNode whole = read != null
                    ? read
                    : environment
                            .json()
                            .mapper()
                            .readTree(response.message(), response.start(), response.end() - response.start());
            question.answered(whole);
        } catch (IOException e) {
            question.fail("The client's answer cannot be read");
        }
    }

    /** Tells the client that what it was asked to do at a URL is done. From any thread. */
    public void completed(String id) {
        if (completed.incrementAndGet() > MAX_COMPLETED) {
            completed.decrementAndGet();
            return;
        }
        speaker.post(() -> {
            completed.decrementAndGet();
            tell(Methods.ELICITATION_COMPLETE, "elicitationId", Messages.wellFormed(id), 0);
        });
    }

    private void tell(String method, String field, String id, int relatedTo) {
        try {
            speaker.tell(
                    ServerMessages.notification(
                            environment.json().mapper(),
                            method,
                            MAX_NOTIFICATION,
                            json -> json.writeStringField(field, id)),
                    relatedTo);
        } catch (IOException e) {
            environment.failures().failed(e);
        }
    }

    private String key(Envelope response) {
        return RequestKey.of(response, environment.json().factory());
    }

    private static <T> CompletableFuture<T> failed(String text) {
        return CompletableFuture.failedFuture(new ToolException(text));
    }

    /** One question from its sending to its end. */
    final class Question<T> {

        private final Owner call;
        private final Answer<T> answer;
        private final CompletableFuture<T> future = new CompletableFuture<>();
        private final String id;
        private @Nullable Future<?> deadline;

        Question(Owner call, Answer<T> answer) {
            this.call = call;
            this.answer = answer;
            this.id = speaker.session().epoch() + "-" + minted.incrementAndGet();
        }

        private void send(byte[] message) {
            if (future.isDone()) {
                return;
            }
            Duration limit = environment.settings().clientRequests().timeout();
            sent.put('"' + id + '"', this);
            deadline = environment
                    .timer()
                    .schedule(
                            () -> speaker.post(() ->
                                    goOn(() -> fail("The client has not answered within " + limit.toSeconds() + " s"))),
                            limit.toNanos(),
                            TimeUnit.NANOSECONDS);
            speaker.tell(message, call.number());
        }

        /** What waits for the answer goes on where it is given. */
        private void answered(JsonNode response) {
            goOn(() -> take(response));
        }

        private void goOn(Runnable completion) {
            Watchdog watchdog = environment.guard().watchdog();
            if (watchdog.moved(call.name())) {
                try {
                    environment.threads().execute(completion);
                    return;
                } catch (RejectedExecutionException e) {
                    // Too much blocks already. It may not wait for long: the client has answered.
                }
            }
            watchdog.watch(call.name(), completion);
        }

        private void take(JsonNode response) {
            JsonNode error = response.path("error");
            if (!error.isMissingNode()) {
                String text = Messages.wellFormed(error.path("message").asText("no reason given"));
                future.completeExceptionally(new ClientException(
                        error.path("code").asInt(0),
                        "The client refused: "
                                + (text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON) + "...")));
                return;
            }
            try {
                future.complete(answer.read(response.path("result")));
            } catch (ToolException e) {
                future.completeExceptionally(e);
            } catch (RuntimeException e) {
                String reference = environment.failures().failed(e);
                fail("The client's answer cannot be used, reference " + reference);
            }
        }

        private void fail(String text) {
            future.completeExceptionally(new ToolException(text));
        }

        /** The run has ended. On the session's thread. */
        void abandon() {
            goOn(() -> future.completeExceptionally(new CancellationException("The call has ended")));
        }

        /** It has ended in any way, on any thread. */
        private void over() {
            if (speaker.isCurrent()) {
                forget();
            } else {
                speaker.post(this::forget);
            }
        }

        /** The client is told when it was asked and has not answered. */
        private void forget() {
            if (deadline != null) {
                deadline.cancel(false);
            }
            if (sent.remove('"' + id + '"', this)) {
                tell(Methods.CANCELLED, "requestId", id, call.ended() ? 0 : call.number());
            }
        }
    }
}
