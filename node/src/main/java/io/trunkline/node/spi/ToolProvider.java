package io.trunkline.node.spi;

import java.util.Collection;

/**
 * A source of tools, found by {@link java.util.ServiceLoader} when a node starts.
 *
 * <p>It is asked once; a node offers the same tools as long as it runs. Every node of a cluster should have the same
 * providers, because a client may be served by any of them. A name that two providers offer stops the node at its start.
 */
public interface ToolProvider {

    /** The tools, in any order: clients see them sorted by name. */
    Collection<Tool> tools();
}
