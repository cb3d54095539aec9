package io.trunkline.balancer.http;

import io.trunkline.balancer.auth.ScopeGate;
import io.trunkline.balancer.events.BalancerEvents;
import io.trunkline.protocol.refusal.Reason;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reads bodies that take long on threads of its own, so that one client's JSON does not keep an event loop from all
 * others. What waits here is bounded by its connections, each of which has one body at a time and counts it.
 * Thread-safe.
 */
public final class BodyReader {
    /** Bytes of a body that is read on its event loop whatever it contains. */
    private static final int SMALL = 4 * 1024;
    /** Bytes above which a body never is. */
    private static final int LARGE = 64 * 1024;
    /** Parts of JSON in a body, above which it is not: a few hundred microseconds of work. */
    private static final int MANY = 2048;

    private static final int THREADS =
            Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors() / 2));

    private final ThreadPoolExecutor threads;

    public BodyReader() {
        AtomicInteger count = new AtomicInteger();
        threads = new ThreadPoolExecutor(THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "bodies-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        threads.allowCoreThreadTimeOut(true);
    }

    /** Whether reading a body takes longer than an event loop should be kept. */
    public static boolean isHeavy(byte[] body) {
        if (body.length <= SMALL || body.length > LARGE) {
            return body.length > LARGE;
        }
        int parts = 0;
        for (byte b : body) {
            if (b == ',' || b == ':' || b == '{' || b == '[') {
                parts++;
            }
        }
        return parts > MANY;
    }

    /**
     * Reads the body of a request that {@linkplain #isHeavy takes long}.
     *
     * @param scopes what may be said; null when nobody is asked who he is
     * @param then called on the exchange's event loop, when {@link Exchange#posted} knows everything
     */
    public void read(Exchange exchange, byte[] body, @Nullable ScopeGate scopes, Runnable then) {
        Posted posted = exchange.posted(body);
        threads.execute(() -> {
            try {
                posted.read(scopes, exchange.head().grant());
                exchange.onLoop(then);
            } catch (OutOfMemoryError | RuntimeException e) {
                BalancerEvents.clientBroken(e);
                exchange.refuse(HttpRefusal.of(503, Reason.OVERLOADED.text()));
            }
        });
    }
}
