/**
 * TLS in front of the edges: certificates from files, which may change while the process runs, and the handshake.
 *
 * <p>Fed by client sockets; hands on decrypted bytes to the transports. Start reading at
 * {@link io.trunkline.balancer.tls.Tls}.
 */
@NullMarked
package io.trunkline.balancer.tls;

import org.jspecify.annotations.NullMarked;
