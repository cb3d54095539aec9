/**
 * The MCP engine, for versions with a session and without one: one client message in, its answer out.
 *
 * <p>Fed by the session actor with the messages of one client; hands on calls to the tools of {@code
 * io.trunkline.node.spi}, and answers to the session actor through {@link io.trunkline.node.mcp.Peer}. Plain Java: no
 * sockets, no actors, no configuration library. Start reading at {@link io.trunkline.node.mcp.Conversation}; what a
 * method does stands in {@code mcp.methods}.
 */
@NullMarked
package io.trunkline.node.mcp;

import org.jspecify.annotations.NullMarked;
