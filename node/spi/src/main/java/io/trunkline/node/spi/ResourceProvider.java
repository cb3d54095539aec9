package io.trunkline.node.spi;

import java.util.Collection;
import java.util.List;

/**
 * A source of resources, found by {@link java.util.ServiceLoader} when a node starts; what {@link ToolProvider} says of
 * its kind holds for this one, too. One that is an {@link UpdateSource} lets clients subscribe.
 */
public interface ResourceProvider {

    /** The resources, in any order: clients see them sorted by URI. */
    Collection<Resource> resources();

    /** The templates, in any order: clients see them sorted. */
    default Collection<ResourceTemplate> resourceTemplates() {
        return List.of();
    }
}
