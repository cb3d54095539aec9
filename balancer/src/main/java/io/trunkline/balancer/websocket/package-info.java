/**
 * Stage 1, ACCEPT, for clients that speak WebSocket: what one connection reads and writes after its upgrade.
 *
 * <p>Fed by client sockets that {@code http} hands over; hands on whole messages to {@code relay}. A ping is answered by
 * {@link io.trunkline.balancer.websocket.Pongs}.
 */
@NullMarked
package io.trunkline.balancer.websocket;

import org.jspecify.annotations.NullMarked;
