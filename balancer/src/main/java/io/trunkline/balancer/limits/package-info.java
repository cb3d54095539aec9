/**
 * What one source of clients, an address or a principal, may take of this process: connections, sessions, messages, and
 * attempts to guess tokens and session ids.
 *
 * <p>Fed by {@code client} when a client connects and by the transports when it opens a session or says something; hands
 * on to nothing. Start reading at {@link io.trunkline.balancer.limits.SourceLimits}.
 */
@NullMarked
package io.trunkline.balancer.limits;

import org.jspecify.annotations.NullMarked;
