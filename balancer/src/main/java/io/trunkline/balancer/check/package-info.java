/**
 * Asks the servers of pools whether they are well, and where their names lead now. On an event loop of its own, so that
 * a check neither waits for clients nor they for it.
 *
 * <p>Fed by a {@link io.trunkline.balancer.pool.Pool}; tells each {@link io.trunkline.balancer.pool.Server} what was
 * found. Start reading at {@link io.trunkline.balancer.check.Checks}.
 */
@NullMarked
package io.trunkline.balancer.check;

import org.jspecify.annotations.NullMarked;
