/**
 * Sessions of HTTP that this balancer holds: Streamable HTTP (MCP 2025-11-25) and the deprecated HTTP with SSE.
 *
 * <p>Fed by {@code edge} with the requests of clients, by {@code roam} with those that come from other balancers; hands
 * messages on to {@code relay}. Start reading at {@link io.trunkline.balancer.session.HttpSession}.
 */
@NullMarked
package io.trunkline.balancer.session;

import org.jspecify.annotations.NullMarked;
