/**
 * Stage 1, ACCEPT, for clients that speak WebSocket: the upgrade, and what the connection reads and writes after it.
 *
 * <p>Fed by client sockets that {@code http} hands over; hands on whole messages to {@code relay}. Start reading at
 * {@link io.trunkline.balancer.websocket.WebSocketClient}; a ping is answered by
 * {@link io.trunkline.balancer.websocket.Pongs}.
 */
@NullMarked
package io.trunkline.balancer.websocket;

import org.jspecify.annotations.NullMarked;
