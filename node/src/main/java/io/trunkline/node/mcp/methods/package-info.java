/**
 * What each method of MCP does, and the table in which a request finds its method.
 *
 * <p>Fed by the intake with requests whose turn has come; hands on to {@code call} what runs a handler. Start reading
 * at {@link io.trunkline.node.mcp.methods.ServerMethods}.
 */
@NullMarked
package io.trunkline.node.mcp.methods;

import org.jspecify.annotations.NullMarked;
