/**
 * Stage 2, ADMIT: whether this process takes one more connection, and one more byte of a message that is not whole yet.
 *
 * <p>Fed by {@code client} when a client connects; hands on to nothing. Start reading at
 * {@link io.trunkline.balancer.admit.Admission}.
 */
@NullMarked
package io.trunkline.balancer.admit;

import org.jspecify.annotations.NullMarked;
