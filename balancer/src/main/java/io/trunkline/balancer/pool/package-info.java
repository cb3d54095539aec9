/**
 * Servers outside the cluster, in pools: which one gets a request, how many each may have, and which are left alone
 * because they fail. No sockets: decisions only, cheap enough to be asked for every request by all event loops at once.
 *
 * <p>Fed by {@code config} with settings, by {@code proxy} with requests and what became of them, and by {@code check}
 * with what its checks found; hands on a {@link io.trunkline.balancer.pool.Server}. Start reading at
 * {@link io.trunkline.balancer.pool.Pool}.
 */
@NullMarked
package io.trunkline.balancer.pool;

import org.jspecify.annotations.NullMarked;
