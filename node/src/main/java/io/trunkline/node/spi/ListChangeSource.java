package io.trunkline.node.spi;

/**
 * A provider whose lists change while the node runs. Clients are told so in {@code initialize}, and each change is told
 * to all clients of the node.
 */
public interface ListChangeSource {

    /**
     * Called once, when the node has asked for the lists.
     *
     * @param changed to be run on any thread after a change: asks the provider for its lists again. When they cannot be
     *     used, because of a name that is taken for example, it throws an {@link IllegalArgumentException} and the node
     *     goes on with the lists that it has.
     */
    void onListChange(Runnable changed);
}
