package io.trunkline.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that make a safe call again and again while a scenario breaks things. It remembers the longest time that a
 * call took, and each call that was not answered with a result.
 *
 * <p>A thread has some of the clients: all of them ask, then it reads their answers. Whose answer comes first may be
 * read later than it came, but never later than the slowest one that was asked for before it: the longest time stays
 * true.
 */
public final class SteadyCalls implements AutoCloseable {

    private static final int MOST_THREADS = 24;
    private static final Duration END_DEADLINE = Duration.ofSeconds(30);

    private final Duration pace;
    private final ExecutorService threads;
    private final CountDownLatch over = new CountDownLatch(1);
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
    private final AtomicLong longestNanos = new AtomicLong();
    private final AtomicLong calls = new AtomicLong();

    /** A call that has not been answered. */
    private record Asked(TestClient client, int id, long sentNanos) {}

    private SteadyCalls(int threads, Duration pace) {
        this.pace = pace;
        this.threads = Executors.newFixedThreadPool(threads);
    }

    /**
     * Starts at once; the clients belong to it until it has {@linkplain #close ended}.
     *
     * @param pace between the answers of one round of calls and the next round
     */
    public static SteadyCalls by(List<TestClient> clients, Duration pace) {
        int threads = Math.min(clients.size(), MOST_THREADS);
        SteadyCalls steady = new SteadyCalls(threads, pace);
        for (int thread = 0; thread < threads; thread++) {
            List<TestClient> own =
                    clients.subList(clients.size() * thread / threads, clients.size() * (thread + 1) / threads);
            steady.threads.execute(() -> steady.run(own));
        }
        return steady;
    }

    private void run(List<TestClient> clients) {
        List<TestClient> left = new ArrayList<>(clients);
        try {
            do {
                List<Asked> round = new ArrayList<>(left.size());
                left.removeIf(client -> !succeeds(() -> round.add(ask(client))));
                round.forEach(asked -> {
                    if (!succeeds(() -> await(asked))) {
                        left.remove(asked.client());
                    }
                });
            } while (!over.await(pace.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A client that fails makes no further calls. */
    private boolean succeeds(Runnable step) {
        try {
            step.run();
            return true;
        } catch (AssertionError | RuntimeException e) {
            failures.add(e.toString());
            return false;
        }
    }

    private static Asked ask(TestClient client) {
        long now = System.nanoTime();
        return new Asked(client, client.callToolLater("whoami", TestClient.object()), now);
    }

    private void await(Asked asked) {
        JsonNode answer = asked.client().readAnswer(asked.id());
        longestNanos.accumulateAndGet(System.nanoTime() - asked.sentNanos(), Math::max);
        calls.incrementAndGet();
        if (!answer.has("result")) {
            failures.add(answer.toString());
        }
    }

    /** Calls that were answered so far, with results or errors. */
    public long calls() {
        return calls.get();
    }

    /** What went wrong: errors, calls without an answer, connections that were closed. */
    public List<String> failures() {
        return List.copyOf(failures);
    }

    /** The longest time from a call to its answer. */
    public Duration longest() {
        return Duration.ofNanos(longestNanos.get());
    }

    /** Lets the calls that are under way come to their end, and makes no further ones. */
    @Override
    public void close() {
        over.countDown();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(END_DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("calls still run after " + END_DEADLINE.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
