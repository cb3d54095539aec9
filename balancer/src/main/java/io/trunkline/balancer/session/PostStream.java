package io.trunkline.balancer.session;

import io.trunkline.balancer.http.Accept;
import io.trunkline.balancer.http.Exchange;
import org.jspecify.annotations.Nullable;

/** Where the messages that belong to one of the client's messages go. Belongs to the session's event loop. */
final class PostStream {
    final int number;
    final boolean initializes;
    /** What the client can read. */
    final Accept.Form form;

    final long sinceNanos = System.nanoTime();
    /** Null while no connection carries it. */
    @Nullable
    Exchange exchange;
    /** Whether it is an event stream by now. */
    boolean begun;

    PostStream(int number, @Nullable Exchange exchange, boolean initializes) {
        this.number = number;
        this.exchange = exchange;
        this.initializes = initializes;
        this.form = exchange == null ? Accept.Form.BOTH : exchange.head().form();
    }

    /** Whether its response may become an event stream that its client can take up again. */
    boolean mayBegin() {
        return !initializes && form != Accept.Form.JSON;
    }
}
