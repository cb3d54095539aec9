/**
 * What all kinds of clients share: the account of the memory that each one holds, and what happens when memory runs out.
 *
 * <p>Fed by {@code edge}, {@code http}, {@code relay} and {@code peer}; hands on orders to hold back and to end clients. Start
 * reading at {@link io.trunkline.balancer.client.LoopMemory}.
 */
@NullMarked
package io.trunkline.balancer.client;

import org.jspecify.annotations.NullMarked;
