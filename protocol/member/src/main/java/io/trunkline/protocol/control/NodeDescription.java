package io.trunkline.protocol.control;

/**
 * What a balancer must know to reach a node, or another balancer.
 *
 * @param name the member's name
 * @param incarnation the uid of the member's unique address in the cluster: another one after each start
 * @param trunkHost where its trunks end
 * @param trunkPort where its trunks end
 */
public record NodeDescription(String name, long incarnation, String trunkHost, int trunkPort)
        implements ControlMessage {}
