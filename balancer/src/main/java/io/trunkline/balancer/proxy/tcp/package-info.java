/**
 * TCP to servers outside the cluster: each client gets a connection of its own to one server, and the bytes of each are
 * written to the other.
 *
 * <p>Fed by client sockets; hands on to sockets of servers that {@code pool} chooses. Start reading at
 * {@link io.trunkline.balancer.proxy.tcp.TcpProxy}, then {@link io.trunkline.balancer.proxy.tcp.TcpConnection} and
 * {@link io.trunkline.balancer.proxy.tcp.Tunnel}.
 */
@NullMarked
package io.trunkline.balancer.proxy.tcp;

import org.jspecify.annotations.NullMarked;
