/**
 * What a module with tools, resources or prompts of its own is written against: the stable interface between Trunkline
 * and such modules.
 *
 * <p>A module implements {@link io.trunkline.node.spi.ToolProvider}, {@link io.trunkline.node.spi.ResourceProvider} or
 * {@link io.trunkline.node.spi.PromptProvider}, names its class in {@code META-INF/services} under the interface's full
 * name and lies on the class path of every node. Fed by clients' requests through the engine in {@code
 * io.trunkline.node.mcp}; hands its results back to it. Start reading at {@link io.trunkline.node.spi.Tool}.
 */
@NullMarked
package io.trunkline.node.spi;

import org.jspecify.annotations.NullMarked;
