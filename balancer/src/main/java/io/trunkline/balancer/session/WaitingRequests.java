package io.trunkline.balancer.session;

import io.trunkline.balancer.client.Account;
import io.trunkline.balancer.http.Exchange;
import io.trunkline.balancer.relay.Relay;
import io.trunkline.protocol.refusal.Reason;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait until their session takes more, in order. They are no more than there are connections, for each of
 * them waits for its answer. Belongs to the session's event loop.
 */
final class WaitingRequests {
    /**
     * One of them.
     *
     * @param bytes of the message that waits
     * @param elsewhere looks for the session again, when it turns out that it is not here, and why; null when the
     *     message opens it
     */
    record Waiting(
            Exchange exchange,
            Runnable task,
            int bytes,
            @Nullable Consumer<Reason> elsewhere) {}

    private final Relay relay;
    private final Account account;
    private final Deque<Waiting> queue = new ArrayDeque<>(0);

    WaitingRequests(Relay relay, Account account) {
        this.relay = relay;
        this.account = account;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Whether a message is taken at once. */
    boolean passes() {
        return takesMore() && queue.isEmpty();
    }

    private boolean takesMore() {
        return relay.takesMore() && !account.heldBack();
    }

    void add(Waiting request) {
        queue.add(request);
        account.take(request.bytes);
    }

    /** Takes what may be taken by now. */
    void take() {
        while (!queue.isEmpty() && takesMore()) {
            Waiting next = queue.remove();
            account.giveBack(next.bytes);
            next.task.run();
        }
    }

    /** The client of this request is gone. */
    void gone(Exchange exchange) {
        queue.removeIf(request -> {
            boolean itself = request.exchange == exchange;
            account.giveBack(itself ? request.bytes : 0);
            return itself;
        });
    }

    /** Gives up all of them. */
    void end(Consumer<Waiting> each) {
        queue.forEach(each);
        queue.clear();
    }
}
