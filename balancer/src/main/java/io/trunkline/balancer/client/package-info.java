/**
 * What all kinds of clients share: the account of the memory that each one holds and what happens when memory runs out,
 * who is looked after by an event loop, and how decoders are held up.
 *
 * <p>Fed by the transports {@code lines}, {@code http} and {@code websocket}, by {@code relay} and {@code peer};
 * hands on orders to hold back and to end clients. Start reading at
 * {@link io.trunkline.balancer.client.LoopMemory}.
 */
@NullMarked
package io.trunkline.balancer.client;

import org.jspecify.annotations.NullMarked;
