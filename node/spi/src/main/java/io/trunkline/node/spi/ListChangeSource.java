package io.trunkline.node.spi;

/**
 * A provider whose lists change while the node runs. Clients are told so in {@code initialize}, and each change is told
 * to all clients of all nodes.
 *
 * <p>Each node has the lists that its own provider gives. When they change on one node, the others ask theirs again, on
 * a thread of the node, before they tell their clients: a provider that keeps its lists where all nodes can read them
 * need not notice changes on every node.
 */
public interface ListChangeSource {

    /**
     * Called once, when the node has asked for the lists.
     *
     * @param changed to be run on any thread after a change: asks the provider for its lists again. When they cannot be
     *     used, because of a name that is taken for example, it throws an {@link IllegalArgumentException} and the node
     *     goes on with the lists that it has. Changes that follow within a short while are told to clients once.
     */
    void onListChange(Runnable changed);

    /**
     * The same for the lists of one kind, for those who provide several kinds and know which one has changed: called
     * once for each that may change, before the one above.
     *
     * @param kind {@link ToolProvider}, {@link ResourceProvider} or {@link PromptProvider}
     */
    default void onListChange(Class<?> kind, Runnable changed) {}

    /**
     * Whether lists of one kind can change at all: of others clients are told neither that they can, nor that they
     * have. Always says the same.
     *
     * @param kind {@link ToolProvider}, {@link ResourceProvider} or {@link PromptProvider}
     */
    default boolean mayChange(Class<?> kind) {
        return true;
    }
}
