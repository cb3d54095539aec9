package io.trunkline.node.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A client, as it describes itself. All of it is unverified; texts are cut to a bounded length.
 *
 * @param name for programs; empty when it has not said
 * @param title for people; empty for none
 * @param version of the client, not of the protocol; empty when it has not said
 * @param capabilities what it can be asked, as MCP writes it (MCP 2025-11-25, ClientCapabilities). Do not change it.
 */
public record Client(String name, String title, String version, ObjectNode capabilities) {}
