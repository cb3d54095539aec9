/**
 * What the proxies for servers outside the cluster share: connections to those servers, and the PROXY protocol.
 *
 * <p>{@code proxy.tcp} carries bytes, {@code proxy.http} requests and responses. Both are fed by client sockets, ask
 * {@code pool} for a server and tell it what became of that. Start reading at
 * {@link io.trunkline.balancer.proxy.tcp.TcpProxy} and {@link io.trunkline.balancer.proxy.http.HttpProxy}.
 */
@NullMarked
package io.trunkline.balancer.proxy;

import org.jspecify.annotations.NullMarked;
