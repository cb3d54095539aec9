package io.trunkline.node.mcp.kit;

import io.trunkline.node.spi.SessionInfo;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * What the calls of one session may say to its client, and the session's thread: one thread at a time, on which
 * everything runs that belongs to the session. Work that others do for it comes back through {@link #post}.
 */
public final class Speaker {

    /** The way to the client. Called on the session's thread, except {@link #executor()} and {@link #session()}. */
    public interface Outlet {

        /** Where the session is. Called from any thread. */
        SessionInfo session();

        /**
         * Sends one complete JSON-RPC message that answers none, in the order of all that is sent.
         *
         * @param relatedTo number of the client message that it belongs to and whose end is still to come, such as the
         *     call whose progress it tells; 0 when it belongs to none. Over HTTP it goes out on the stream of that
         *     message.
         */
        void tell(byte[] message, int relatedTo);

        /**
         * The client need not stay connected for the answer to its message of this number.
         *
         * @param retryMillis when it is to come back
         */
        void part(int number, int retryMillis);

        /** Runs tasks on the session's thread in the order in which they come. Usable from any thread. */
        Executor executor();
    }

    private final Outlet outlet;
    private final Failures failures;
    private volatile boolean closed;

    /** Who is on the session's thread now. Other threads may see old values, but never themselves. */
    private @Nullable Thread current;

    public Speaker(Outlet outlet, Failures failures) {
        this.outlet = outlet;
        this.failures = failures;
    }

    /** Where the session is. Usable from any thread. */
    public SessionInfo session() {
        return outlet.session();
    }

    /** Sends a message that answers nothing, if the session still lives. See {@link Outlet#tell}. */
    public void tell(byte[] message, int relatedTo) {
        if (!closed) {
            outlet.tell(message, relatedTo);
        }
    }

    /** See {@link Outlet#part}. */
    public void part(int number, int retryMillis) {
        outlet.part(number, retryMillis);
    }

    /** Whether the caller is on the session's thread. Usable from any thread. */
    public boolean isCurrent() {
        return Thread.currentThread() == current;
    }

    /** Runs a task on the session's thread, later; drops it when the session has ended. Usable from any thread. */
    public void post(Runnable task) {
        try {
            outlet.executor().execute(() -> run(task));
        } catch (RejectedExecutionException e) {
            // The session's thread is gone, and with it the effect of the task.
        }
    }

    private void run(Runnable task) {
        if (closed) {
            return;
        }
        Thread before = enter();
        try {
            task.run();
        } catch (Throwable e) {
            failures.failed(e);
        } finally {
            leave(before);
        }
    }

    /** The caller is on the session's thread from now on, until {@link #leave} with the result. */
    public @Nullable Thread enter() {
        Thread before = current;
        current = Thread.currentThread();
        return before;
    }

    public void leave(@Nullable Thread before) {
        current = before;
    }

    /** Whether the session has ended. Usable from any thread. */
    public boolean isClosed() {
        return closed;
    }

    /** The session has ended: nothing is said any more, and what was posted is dropped. */
    public void close() {
        closed = true;
    }
}
