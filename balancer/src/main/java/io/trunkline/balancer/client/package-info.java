/**
 * What all kinds of clients share: listener, event loop, deadlines, output windows, the end of a connection, and the
 * account of the memory that each one holds with what happens when memory runs out.
 *
 * <p>Fed by the transports {@code lines}, {@code http}, {@code websocket}, {@code session} and {@code stateless}, and
 * by {@code peer}; hands on orders to hold back and to end clients. Start reading at {@link
 * io.trunkline.balancer.client.ClientLoop}, for memory at {@link io.trunkline.balancer.client.LoopMemory}.
 */
@NullMarked
package io.trunkline.balancer.client;

import org.jspecify.annotations.NullMarked;
