package io.trunkline.node.spi;

import java.util.Map;

/**
 * A provider that loads modules of its own and goes on without those that cannot be used. The node names them in its
 * log and its metrics.
 */
public interface ModuleLoader {

    /** What is wrong with each module that was left out, by its name. Does not change. */
    Map<String, String> brokenModules();
}
