/**
 * Stage 3, RELAY: one client's exchange with its session, whatever carries the client: what was asked, what is still
 * unanswered, and what comes back.
 *
 * <p>Fed by the transports with the client's messages and by {@code trunk} with the node's; hands on to both. Start
 * reading at {@link io.trunkline.balancer.relay.Relay}, and {@link io.trunkline.balancer.relay.Home} for where the
 * session is.
 */
@NullMarked
package io.trunkline.balancer.relay;

import org.jspecify.annotations.NullMarked;
