package io.trunkline.balancer.proxy;

import io.netty.channel.EventLoopGroup;
import io.trunkline.balancer.admit.Admission;
import io.trunkline.balancer.client.ClientMemory;
import io.trunkline.balancer.client.EdgeSettings;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.trunk.NetTransport;

/**
 * What proxies share with the rest of the process.
 *
 * @param edge how long clients may take
 * @param group the event loops; a client's connection and those to servers for it belong to the same one
 */
public record ProxyServices(
        EdgeSettings edge,
        Admission admission,
        ClientMemory memory,
        Metrics metrics,
        NetTransport transport,
        EventLoopGroup group) {}
