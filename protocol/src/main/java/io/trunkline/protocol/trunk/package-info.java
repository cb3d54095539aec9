/**
 * What both ends of a trunk share: the proof of the cluster secret and the one door that all writes pass.
 *
 * <p>Fed by the trunks of balancer and node; hands on to the socket. Start reading at
 * {@link io.trunkline.protocol.trunk.TrunkWriter}.
 */
@NullMarked
package io.trunkline.protocol.trunk;

import org.jspecify.annotations.NullMarked;
