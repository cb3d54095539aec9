package io.trunkline.balancer.edge;

import io.trunkline.balancer.http.Exchange;
import io.trunkline.balancer.http.HttpConnection;
import io.trunkline.balancer.http.RequestHead;
import io.trunkline.balancer.http.RequestServer;
import io.trunkline.balancer.stateless.StatelessClient;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Serves the requests of one HTTP connection: those without a session by a client that it keeps. */
final class ConnectionRequests implements RequestServer, Supplier<StatelessClient> {
    private final HttpLoop loop;
    private @Nullable HttpConnection connection;
    /** Null before the first request without a session. */
    private @Nullable StatelessClient stateless;

    ConnectionRequests(HttpLoop loop) {
        this.loop = loop;
    }

    @Override
    public void serve(Exchange exchange, byte[] body, HttpConnection from) {
        connection = from;
        loop.serve(exchange, body, from, this);
    }

    /** The client that asks without a session. */
    @Override
    public StatelessClient get() {
        StatelessClient client = stateless;
        if (client == null) {
            HttpConnection from = Objects.requireNonNull(connection);
            client = new StatelessClient(
                    loop.stateless(), from.account(), from.remote(), from.pace().address());
            stateless = client;
        }
        return client;
    }

    @Override
    public boolean isElsewhere(RequestHead head) {
        return loop.isElsewhere(head);
    }

    @Override
    public boolean running() {
        return stateless != null && stateless.running();
    }

    @Override
    public void shed() {
        if (stateless != null) {
            stateless.shed();
        }
    }

    @Override
    public void tick(long now) {
        if (stateless != null) {
            stateless.tick(now);
        }
    }

    @Override
    public void drain(boolean late) {
        if (stateless != null) {
            stateless.drain(late);
        }
    }

    @Override
    public void close() {
        if (stateless != null) {
            stateless.close();
        }
    }
}
