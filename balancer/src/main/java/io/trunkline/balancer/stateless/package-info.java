/**
 * Requests without a session (MCP 2026-07-28): what a node is told of them, and which of them meet the same node.
 *
 * <p>Fed by {@code http}. Start reading at {@link io.trunkline.balancer.stateless.Affinity}.
 */
@NullMarked
package io.trunkline.balancer.stateless;

import org.jspecify.annotations.NullMarked;
