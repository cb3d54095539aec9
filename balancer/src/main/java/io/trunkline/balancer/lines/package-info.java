/**
 * Stage 1, ACCEPT, for clients that speak newline-delimited JSON-RPC over TCP or TLS.
 *
 * <p>Fed by client sockets; hands on whole messages to {@code relay}. Start reading at {@link
 * io.trunkline.balancer.lines.TcpClient}.
 */
@NullMarked
package io.trunkline.balancer.lines;

import org.jspecify.annotations.NullMarked;
