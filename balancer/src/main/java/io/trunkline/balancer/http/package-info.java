/**
 * Stage 1, ACCEPT, for clients that speak HTTP: the wire format alone. Bytes become whole requests, checked and with an
 * owner, and answers become responses or event streams.
 *
 * <p>Fed by client sockets; hands requests on to a {@link io.trunkline.balancer.http.RequestServer}, which {@code edge}
 * provides. Start reading at {@link io.trunkline.balancer.http.HttpConnection}.
 */
@NullMarked
package io.trunkline.balancer.http;

import org.jspecify.annotations.NullMarked;
