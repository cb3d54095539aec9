package io.trunkline.balancer.session;

import io.trunkline.balancer.http.Exchange;

/** Serves requests for sessions that are not at this balancer. */
@FunctionalInterface
public interface Elsewhere {
    /** Looks for the session of this id; on the event loop of the client's connection. */
    void forward(Exchange exchange, String id, byte[] body);
}
