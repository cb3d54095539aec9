/**
 * Stage 4, ASSIGN: which node and slot a new client gets. Pure policy: no Netty, no actors, no clock.
 *
 * <p>Fed by {@code relay} through {@code trunk} with a client's key and a view of the nodes; hands on an
 * {@link io.trunkline.balancer.assign.Assignment}. Start reading at {@link io.trunkline.balancer.assign.Policy}.
 */
@NullMarked
package io.trunkline.balancer.assign;

import org.jspecify.annotations.NullMarked;
