package io.trunkline.balancer.pool;

import java.util.Locale;

/** How a server failed a request or a connection. What the client did wrong is none of these. */
public enum Failure {
    /** It could not be reached: refused, no route, or no address. */
    CONNECT,
    /** It was not reached, or did not answer, in time. */
    TIMEOUT,
    /** It closed or reset the connection before its answer was whole. */
    RESET,
    /** What it said is no answer: garbage, wrong framing, too large. */
    BAD_ANSWER,
    /** It answered 502, 503 or 504. */
    STATUS;

    /** The name in metrics and logs. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
