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
 * Clients that make a safe call again and again, each on a thread of its own, while a scenario breaks things. It remembers
 * the longest time that a call took, and each call that was not answered with a result.
 */
public final class SteadyCalls implements AutoCloseable {

    private static final Duration PACE = Duration.ofMillis(100);
    private static final Duration END_DEADLINE = Duration.ofSeconds(30);

    private final ExecutorService threads;
    private final CountDownLatch over = new CountDownLatch(1);
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
    private final AtomicLong longestNanos = new AtomicLong();
    private final AtomicLong calls = new AtomicLong();

    private SteadyCalls(int clients) {
        threads = Executors.newFixedThreadPool(clients);
    }

    /** Starts at once; the clients belong to it until it has {@linkplain #close ended}. */
    public static SteadyCalls by(List<TestClient> clients) {
        SteadyCalls steady = new SteadyCalls(clients.size());
        clients.forEach(client -> steady.threads.execute(() -> steady.run(client)));
        return steady;
    }

    private void run(TestClient client) {
        try {
            do {
                long start = System.nanoTime();
                JsonNode answer = client.exchange(
                        "tools/call", TestClient.object().put("name", "whoami").set("arguments", TestClient.object()));
                longestNanos.accumulateAndGet(System.nanoTime() - start, Math::max);
                calls.incrementAndGet();
                if (!answer.has("result")) {
                    failures.add(answer.toString());
                }
            } while (!over.await(PACE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (AssertionError | RuntimeException e) {
            failures.add(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
