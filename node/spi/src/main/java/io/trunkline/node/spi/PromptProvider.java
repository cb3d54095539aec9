package io.trunkline.node.spi;

import java.util.Collection;

/**
 * A source of prompts, found by {@link java.util.ServiceLoader} when a node starts; what {@link ToolProvider} says of
 * its kind holds for this one, too.
 */
public interface PromptProvider {

    /** The prompts, in any order: clients see them sorted by name. */
    Collection<Prompt> prompts();
}
