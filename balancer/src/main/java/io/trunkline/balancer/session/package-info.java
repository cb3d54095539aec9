/**
 * Sessions of HTTP: their ids, and what is known of their event streams.
 *
 * <p>Fed by {@code http}. Start reading at {@link io.trunkline.balancer.session.SessionSeal}.
 */
@NullMarked
package io.trunkline.balancer.session;

import org.jspecify.annotations.NullMarked;
