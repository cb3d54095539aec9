/**
 * Stage 5, TRUNK: the trunks of each event loop to each node, and the streams on them.
 *
 * <p>Fed by {@code relay} with whole messages; hands on frames to the nodes, and what nodes say back to {@code relay}.
 * Start reading at {@link io.trunkline.balancer.trunk.LoopTrunks}.
 */
@NullMarked
package io.trunkline.balancer.trunk;

import org.jspecify.annotations.NullMarked;
