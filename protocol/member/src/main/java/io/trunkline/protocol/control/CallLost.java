package io.trunkline.protocol.control;

/**
 * A node says to the desk of each other node that a call of a tool was lost with the nodes that had it.
 *
 * @param tool its name
 * @param principal who called it; empty for somebody without authorization
 * @param node the name of the node that was lost last
 * @param times how many nodes were lost with the call
 */
public record CallLost(String tool, String principal, String node, int times) implements DeskCommand {}
