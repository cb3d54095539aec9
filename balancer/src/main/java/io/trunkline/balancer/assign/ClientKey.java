package io.trunkline.balancer.assign;

import java.net.InetAddress;

/**
 * What a policy may know of a client.
 *
 * @param source the address that the client comes from
 */
public record ClientKey(InetAddress source) {}
