package io.trunkline.balancer.assign;

/** Where a new client goes: the node, and one of the slots that it hosts, which becomes part of the session's id. */
public record Assignment(NodeKey node, int slot) {}
