/**
 * Stage 6, TRUNK: accepts trunks from balancers and splits them into streams, one per client.
 *
 * <p>Fed by the balancers' trunks; hands on whole messages to {@code session} and writes what comes back. A
 * {@code ByteBuf} stops here. Start reading at {@link io.trunkline.node.trunk.NodeTrunk}.
 */
@NullMarked
package io.trunkline.node.trunk;

import org.jspecify.annotations.NullMarked;
