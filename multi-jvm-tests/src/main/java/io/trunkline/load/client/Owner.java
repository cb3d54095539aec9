package io.trunkline.load.client;

import io.trunkline.load.wire.Codec;
import org.jspecify.annotations.Nullable;

/** What a connection knows of the loop that owns it, and tells it. Called on the loop's thread. */
interface Owner {
    Codec codec();

    Recorder recorder();

    void opened(Connection connection, long now);

    /** The node that serves this connection is known. */
    void located(Connection connection, String node);

    /** A request of the load has its answer, which is wrong when there is an error. */
    void answered(Connection connection, long since, long now, @Nullable String error);

    /** Requests that will never be answered, on a connection that goes on. */
    void unanswered(Connection connection, int requests, String kind);

    void writable(Connection connection);

    /**
     * The connection has ended.
     *
     * @param kind of error; null for none
     * @param lost requests of the load that now stay without an answer
     */
    void ended(Connection connection, boolean wasOpen, @Nullable String kind, int lost);
}
