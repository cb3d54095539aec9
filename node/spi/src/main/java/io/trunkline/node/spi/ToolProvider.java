package io.trunkline.node.spi;

import java.util.Collection;

/**
 * A source of tools, found by {@link java.util.ServiceLoader} when a node starts.
 *
 * <p>It is asked once, and a node offers the same tools as long as it runs, unless the provider is a {@link
 * ListChangeSource}, which is asked again after each change, on any thread. Every node of a cluster should have the
 * same providers, because a client may be served by any of them. A name that two providers offer stops the node at its
 * start.
 *
 * <p>A class that is named as a provider of several kinds ({@link ResourceProvider}, {@link PromptProvider}) is made
 * once for all of them.
 */
public interface ToolProvider {

    /** The tools, in any order: clients see them sorted by name. */
    Collection<Tool> tools();
}
