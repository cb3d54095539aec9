/**
 * Wires the listener for HTTP to what serves its requests: which endpoint takes which request, who may ask for it; and
 * how many connections the process has room for.
 *
 * <p>Fed by client sockets; hands requests on to {@code session}, {@code stateless}, {@code websocket} and
 * {@code roam}. Start reading at {@link io.trunkline.balancer.edge.HttpEdge}.
 */
@NullMarked
package io.trunkline.balancer.edge;

import org.jspecify.annotations.NullMarked;
