/**
 * Lets tools, resources and prompts that were written for the official MCP Java SDK run on a node unchanged.
 *
 * <p>A module implements {@link io.trunkline.node.sdk.SdkModule} and names its class in {@code META-INF/services} under
 * the interface's full name. Fed by the engine through {@code io.trunkline.node.spi}, which is all that this package
 * knows of the node; hands on to the handlers of the specifications. Start reading at {@link
 * io.trunkline.node.sdk.SdkServer}.
 */
@NullMarked
package io.trunkline.node.sdk;

import org.jspecify.annotations.NullMarked;
