/**
 * Who a client is and what he may do: bearer tokens, static or signed by an authorization server, and client
 * certificates. Knows nothing of sessions.
 *
 * <p>Fed by {@code http}, which asks about each request before its body is read, and by {@code lines} for client
 * certificates; hands on to nothing. Start reading at
 * {@link io.trunkline.balancer.auth.Visitor}.
 */
@NullMarked
package io.trunkline.balancer.auth;

import org.jspecify.annotations.NullMarked;
