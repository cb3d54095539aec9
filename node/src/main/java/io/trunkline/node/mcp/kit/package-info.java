/**
 * What every part of the engine is given: its settings, JSON, the place where failures are told, threads, time, and the
 * count of the bytes that clients keep. Depends on nothing else of the engine.
 *
 * <p>Start reading at {@link io.trunkline.node.mcp.kit.McpSettings}.
 */
@NullMarked
package io.trunkline.node.mcp.kit;

import org.jspecify.annotations.NullMarked;
