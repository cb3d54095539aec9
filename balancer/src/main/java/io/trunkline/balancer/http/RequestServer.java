package io.trunkline.balancer.http;

/** Serves the requests of one HTTP connection, on its event loop. */
public interface RequestServer {
    /** Serves a request whose body is here. */
    void serve(Exchange exchange, byte[] body, HttpConnection connection);

    /** Whether a request names a session that is not at this balancer. */
    boolean isElsewhere(RequestHead head);

    /** Whether a request runs that ends with the connection, so that its end has to be noticed. */
    boolean running();

    /** Memory is short: refuses the request that runs. */
    void shed();

    /** Looks at the deadlines of what runs. */
    void tick(long now);

    /** The process stops: ends what listens; {@code late} ends whatever runs. */
    void drain(boolean late);

    /** The connection is gone, or speaks something else from now on. */
    void close();
}
