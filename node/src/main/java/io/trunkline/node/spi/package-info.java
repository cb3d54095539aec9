/**
 * What a module with tools of its own is written against: the stable interface between Trunkline and tools.
 *
 * <p>A module implements {@link io.trunkline.node.spi.ToolProvider}, names its class in {@code
 * META-INF/services/io.trunkline.node.spi.ToolProvider} and lies on the class path of every node. Fed by clients'
 * {@code tools/call} requests through the engine in {@code io.trunkline.node.mcp}; hands its results back to it. Start
 * reading at {@link io.trunkline.node.spi.Tool}.
 */
@NullMarked
package io.trunkline.node.spi;

import org.jspecify.annotations.NullMarked;
