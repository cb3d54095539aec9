package io.trunkline.node.guard;

import io.trunkline.protocol.metrics.Metrics;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Names the asynchronous handlers that hold the thread they are called on, which is an event loop with other clients,
 * and remembers those that did so twice: they run elsewhere from then on. Its time is the number of its own looks, so
 * that a JVM that pauses is not counted against any handler. Thread-safe.
 */
public final class Watchdog implements AutoCloseable {
    /** The time between two looks, and how many of them a handler may take. */
    private static final long LOOK_MILLIS = 25;

    private static final int MOST_LOOKS = 4;

    /** How often a handler may hold a thread before it is moved. */
    private static final int MOST_TIMES = 2;

    /** Handlers that are told apart: names may come from clients, such as those of resources. */
    private static final int MOST_HANDLERS = 1000;

    /** Looks between two lines of the log: 10 s. */
    private static final long LINE_LOOKS = 400;

    /** What one thread is doing: written by that thread, read by the watchdog. */
    private static final class Watched {
        final Thread thread = Thread.currentThread();
        volatile @Nullable String handler;
        volatile long since;
        /** Whether this call has been told of; belongs to the watchdog. */
        long toldOf = -1;
    }

    private final Metrics metrics;
    private final List<Watched> threads = new CopyOnWriteArrayList<>();
    private final ThreadLocal<Watched> own = ThreadLocal.withInitial(this::watchThisThread);
    private final Map<String, Integer> times = new ConcurrentHashMap<>();
    private final Set<String> moved = ConcurrentHashMap.newKeySet();
    private final Thread looking;
    private volatile boolean anyMoved;
    private volatile long looks;
    private volatile boolean closed;
    private boolean started;
    private long lastLine = -LINE_LOOKS;
    private long leftOut;

    /** A watchdog that begins to look when it has something to look at. */
    Watchdog(Metrics metrics) {
        this.metrics = metrics;
        this.looking = new Thread(this::lookOn, "trunkline-watchdog");
        looking.setDaemon(true);
    }

    /** A handler is called on this thread from now on. Handlers may be called inside of others' calls. */
    public void enter(String handler) {
        Watched thread = own.get();
        thread.since = looks;
        thread.handler = handler;
    }

    /** The handler has returned. */
    public void leave() {
        own.get().handler = null;
    }

    /** Does what may go on with a handler, on this thread: what waits for a future runs where it is completed. */
    public void watch(String handler, Runnable completion) {
        Watched thread = own.get();
        String before = thread.handler;
        long sinceBefore = thread.since;
        enter(handler);
        try {
            completion.run();
        } finally {
            thread.since = sinceBefore;
            thread.handler = before;
        }
    }

    /** Whether the handler has to run on the threads for blocking tools. */
    public boolean moved(String handler) {
        return anyMoved && moved.contains(handler);
    }

    /** How often the handler was found to hold a thread. */
    public int times(String handler) {
        return times.getOrDefault(handler, 0);
    }

    private Watched watchThisThread() {
        Watched thread = new Watched();
        threads.add(thread);
        synchronized (this) {
            if (!started && !closed) {
                started = true;
                looking.start();
            }
        }
        return thread;
    }

    private void lookOn() {
        while (!closed) {
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
            look();
        }
    }

    /** Looks at all threads once. */
    synchronized void look() {
        long now = looks + 1;
        looks = now;
        for (Watched thread : threads) {
            String handler = thread.handler;
            long since = thread.since;
            if (handler != null && now - since > MOST_LOOKS && thread.toldOf != since) {
                thread.toldOf = since;
                blocks(handler, thread.thread.getName(), now);
            }
        }
        if (now % LINE_LOOKS == 0) {
            threads.removeIf(thread -> !thread.thread.isAlive());
        }
    }

    private void blocks(String handler, String thread, long now) {
        String name = times.containsKey(handler) || times.size() < MOST_HANDLERS ? handler : "others";
        int count = times.merge(name, 1, Integer::sum);
        metrics.counter("trunkline.tool.blocking", Map.of("tool", name)).increment();
        if (now - lastLine >= LINE_LOOKS || count <= MOST_TIMES) {
            GuardEvents.blocking(handler, thread, LOOK_MILLIS * MOST_LOOKS, leftOut);
            lastLine = now;
            leftOut = 0;
        } else {
            leftOut++;
        }
        if (count >= MOST_TIMES && name.equals(handler) && moved.add(handler)) {
            anyMoved = true;
            GuardEvents.moved(handler);
        }
    }

    @Override
    public void close() {
        closed = true;
        looking.interrupt();
    }
}
