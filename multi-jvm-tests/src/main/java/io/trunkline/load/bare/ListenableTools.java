package io.trunkline.load.bare;

import io.trunkline.node.spi.ListChangeSource;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolProvider;
import java.util.Collection;
import java.util.List;

/**
 * A module for nodes that has no tools, but says that they may change, which they never do: only nodes with something
 * that changes know {@code subscriptions/listen}.
 */
public final class ListenableTools implements ToolProvider, ListChangeSource {

    @Override
    public Collection<Tool> tools() {
        return List.of();
    }

    @Override
    public void onListChange(Runnable changed) {
        // Nothing ever changes.
    }
}
