package io.trunkline.node.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.mcp.call.Asking;
import io.trunkline.node.mcp.call.CallEnvironment;
import io.trunkline.node.mcp.call.ClientRequests;
import io.trunkline.node.mcp.call.KnownAnswers;
import io.trunkline.node.mcp.wire.ServerMessages;
import io.trunkline.node.spi.ToolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a task asks its client: the client finds the questions in {@code tasks/get} and answers with {@code
 * tasks/update}, in any order, as long as the task runs. A key is never used twice. Thread-safe.
 */
final class TaskQuestions implements Asking {

    /** Questions of one task from its start to its end. */
    private static final int MAX_ASKED = 1000;

    private final CallEnvironment environment;
    private final Runnable changed;
    private final KnownAnswers known;
    private final Map<String, Question<?>> open = new LinkedHashMap<>();
    private final Set<String> asked = new HashSet<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private int bytes;
    private boolean over;

    @SuppressWarnings("ArrayRecordComponent") // Compared by identity, if at all.
    private record Question<T>(byte[] text, CompletableFuture<T> future, ClientRequests.Answer<T> answer) {

        void read(JsonNode response) {
            try {
                future.complete(answer.read(response));
            } catch (ToolException | RuntimeException e) {
                future.completeExceptionally(e);
            }
        }
    }

    /**
     * @param changed called without a lock when there are other questions than before
     * @param known what was gathered before
     */
    TaskQuestions(CallEnvironment environment, Runnable changed, KnownAnswers known) {
        this.environment = environment;
        this.changed = changed;
        this.known = known;
    }

    @Override
    public <T> CompletableFuture<T> ask(
            String kind, String key, String method, ServerMessages.Params params, ClientRequests.Answer<T> answer) {
        byte[] text;
        try {
            text = ServerMessages.question(environment.json().mapper(), method, environment.answerBytes(), params);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(
                    new ToolException("The client cannot be asked: the question is too large, or not JSON", e));
        }
        CompletableFuture<T> future = new CompletableFuture<>();
        if (put(kind, key, new Question<>(text, future, answer))) {
            changed.run();
        }
        return future;
    }

    /** Whether it is a question that the client sees; otherwise it has its end. */
    private synchronized boolean put(String kind, String key, Question<?> question) {
        int most = environment.settings().clientRequests().outstanding();
        String name = key.isEmpty() ? kind + "-" + counts.merge(kind, 1, Integer::sum) : key;
        JsonNode answer = known.answers().get(name);
        if (over) {
            question.future().cancel(false);
        } else if (answer != null) {
            question.read(answer);
        } else if (open.size() >= most || bytes + question.text().length > environment.answerBytes()) {
            fail(question, "The task waits for " + open.size() + " answers of its client: wait for them");
        } else if (asked.size() >= MAX_ASKED) {
            fail(question, "The task has asked its client " + MAX_ASKED + " questions already");
        } else {
            open.put(unused(name), question);
            bytes += question.text().length;
            return true;
        }
        return false;
    }

    private String unused(String name) {
        String unused = name;
        for (int i = 2; !asked.add(unused); i++) {
            unused = name + "-" + i;
        }
        return unused;
    }

    private static void fail(Question<?> question, String text) {
        question.future().completeExceptionally(new ToolException(text));
    }

    /** The questions that wait for answers, by their keys. */
    synchronized Map<String, byte[]> open() {
        Map<String, byte[]> all = new LinkedHashMap<>();
        open.forEach((key, question) -> all.put(key, question.text()));
        return all;
    }

    /**
     * Takes the answers of the client; those to nothing are ignored. The questions are open no longer.
     *
     * @return tells the calls that have asked
     */
    synchronized List<Runnable> take(JsonNode responses) {
        List<Runnable> answered = new ArrayList<>();
        for (Map.Entry<String, JsonNode> response : responses.properties()) {
            Question<?> question = open.remove(response.getKey());
            if (question != null) {
                bytes -= question.text().length;
                answered.add(() -> question.read(response.getValue()));
            }
        }
        return answered;
    }

    @Override
    public @Nullable JsonNode values() {
        return known.values();
    }

    @Override
    public void end() {
        List<Question<?>> all;
        synchronized (this) {
            over = true;
            all = List.copyOf(open.values());
            open.clear();
            bytes = 0;
        }
        all.forEach(question -> question.future().cancel(false));
    }
}
