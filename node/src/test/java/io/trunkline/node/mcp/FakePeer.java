package io.trunkline.node.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trunkline.node.spi.SessionInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client that records all that it is told; its thread is the test's own, when the test calls {@link #runTask}. */
final class FakePeer implements Peer {

    private static final ObjectMapper JSON = new ObjectMapper();

    final List<String> told = new ArrayList<>();
    /** Per message in {@link #told}: the number that it belongs to. */
    final List<Integer> relations = new ArrayList<>();

    /** The messages for whose answers the client is to come back, and when, in milliseconds. */
    final List<String> parted = new ArrayList<>();

    final List<byte[]> checkpoints = new ArrayList<>();
    /** Per message number: how it ended, one text for each end. */
    final Map<Integer, List<String>> ends = new TreeMap<>();

    /** How the client is connected. */
    String transport = "tcp";

    /** The slot of its session. */
    int slot = 17;

    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

    @Override
    public SessionInfo session() {
        return new SessionInfo("s-1", "node-1", slot, 3, transport, "127.0.0.1:40000");
    }

    @Override
    public void send(byte[] message, int answers) {
        String text = new String(message, UTF_8);
        if (text.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("a newline in " + text);
        }
        ends.computeIfAbsent(answers, number -> new ArrayList<>()).add(text);
    }

    @Override
    public void part(int number, int retryMillis) {
        parted.add(number + " " + retryMillis);
    }

    @Override
    public void tell(byte[] message, int relatedTo) {
        String text = new String(message, UTF_8);
        if (text.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("a newline in " + text);
        }
        if (hasEnded(relatedTo)) {
            throw new IllegalArgumentException("message " + relatedTo + " has ended before " + text);
        }
        told.add(text);
        relations.add(relatedTo);
    }

    @Override
    public void done(int number) {
        ends.computeIfAbsent(number, ignored -> new ArrayList<>()).add("done");
    }

    @Override
    public void checkpoint(byte[] state) {
        checkpoints.add(state);
    }

    @Override
    public Executor executor() {
        return tasks::add;
    }

    /** Runs the next task for the conversation's thread, waiting for one up to 10 s. */
    void runTask() {
        try {
            Runnable task = tasks.poll(10, TimeUnit.SECONDS);
            if (task == null) {
                throw new AssertionError("no task within 10 s");
            }
            task.run();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs what is there without waiting. */
    void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** The single end of a message as text; fails when it has none or several. */
    String end(int number) {
        List<String> all = ends.getOrDefault(number, List.of());
        if (all.size() != 1) {
            throw new AssertionError("message " + number + " has these ends: " + all);
        }
        return all.get(0);
    }

    boolean hasEnded(int number) {
        return ends.containsKey(number);
    }

    /** The single answer to a message. */
    JsonNode answer(int number) {
        return json(end(number));
    }

    byte[] lastCheckpoint() {
        return checkpoints.get(checkpoints.size() - 1);
    }

    static JsonNode json(@Nullable String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(String.valueOf(text), e);
        }
    }
}
