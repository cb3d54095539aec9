/**
 * Stage 1, ACCEPT: the listeners, and what the bytes of each kind of client mean.
 *
 * <p>Fed by client sockets; hands on whole messages to {@code relay}, one for each client. Start reading at
 * {@link io.trunkline.balancer.edge.TcpEdge}.
 */
@NullMarked
package io.trunkline.balancer.edge;

import org.jspecify.annotations.NullMarked;
