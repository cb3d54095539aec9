package io.trunkline.node.session;

import io.trunkline.node.mcp.McpServer;

/**
 * What all sessions of a node have in common.
 *
 * @param node the member's name
 * @param offers where sessions without a balancer look for another
 * @param unclaimed counts these
 */
public record SessionHost(
        String node, McpServer server, SessionSettings settings, Offers offers, Unclaimed unclaimed) {}
