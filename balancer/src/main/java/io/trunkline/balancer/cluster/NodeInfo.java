package io.trunkline.balancer.cluster;

import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.protocol.member.HostPort;

/**
 * A node that is a member of the cluster.
 *
 * @param trunk where its trunks end
 * @param artery its address in the cluster
 * @param fit whether it may get new clients: up and reachable
 */
public record NodeInfo(NodeKey key, HostPort trunk, HostPort artery, boolean fit) {}
