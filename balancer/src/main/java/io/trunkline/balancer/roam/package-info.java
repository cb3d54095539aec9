/**
 * Requests for sessions that other balancers hold: finds the holder, passes the request on and its response back, or
 * takes the session over when no balancer holds it.
 *
 * <p>Fed by {@code session} with requests for sessions that are not here, and by {@code peer} with those of other
 * balancers. Start reading at {@link io.trunkline.balancer.roam.SessionFinder}.
 */
@NullMarked
package io.trunkline.balancer.roam;

import org.jspecify.annotations.NullMarked;
