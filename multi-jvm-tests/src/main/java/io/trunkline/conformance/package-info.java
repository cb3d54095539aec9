/**
 * What the official conformance suite of MCP expects a server to offer: its tools, resources and prompts by name.
 *
 * <p>Loaded by the nodes as any operator's module is; knows the nodes' module interface only. Start reading at {@link
 * io.trunkline.conformance.ConformancePack}. Source: github.com/modelcontextprotocol/conformance, src/scenarios/server.
 */
@NullMarked
package io.trunkline.conformance;

import org.jspecify.annotations.NullMarked;
