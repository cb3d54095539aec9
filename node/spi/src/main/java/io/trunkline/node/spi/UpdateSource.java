package io.trunkline.node.spi;

import java.util.function.Consumer;

/** A provider of resources whose contents change while the node runs: clients may subscribe to them. */
public interface UpdateSource {

    /**
     * Called once, when the node has asked for the lists.
     *
     * @param updated to be called on any thread with the URI of a resource that now reads differently, wherever in the
     *     cluster that is noticed: tells the clients of all nodes that have subscribed to it. Changes are collected for
     *     a short while ({@code mcp.changes.window}), and what is told several times meanwhile, on one node or on each,
     *     clients hear once. A node that cannot be reached now does not tell its clients. Never waits and never throws;
     *     a text that is no URI, as it has no colon or more than {@value Resource#MAX_URI} characters, is dropped.
     */
    void onUpdate(Consumer<String> updated);

    /** Whether contents can change at all: otherwise clients cannot subscribe. Always says the same. */
    default boolean mayUpdate() {
        return true;
    }
}
