/**
 * What both ends of a trunk share: the end of its channel, the proof of the cluster secret, the credit of streams, and
 * the one door that all writes pass.
 *
 * <p>Fed by the trunks of balancer and node; hands on to the socket. Start reading at
 * {@link io.trunkline.protocol.trunk.TrunkEnd}.
 */
@NullMarked
package io.trunkline.protocol.trunk;

import org.jspecify.annotations.NullMarked;
