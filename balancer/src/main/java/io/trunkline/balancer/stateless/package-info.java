/**
 * Requests without a session (MCP 2026-07-28): each is checked against its head and sent by the relay of its
 * connection.
 *
 * <p>Fed by {@code edge}; hands messages on to {@code relay}. Start reading at {@link
 * io.trunkline.balancer.stateless.StatelessEndpoint}.
 */
@NullMarked
package io.trunkline.balancer.stateless;

import org.jspecify.annotations.NullMarked;
