package io.trunkline.node.spi;

import java.util.function.Consumer;

/** A provider of resources whose contents change while the node runs: clients may subscribe to them. */
public interface UpdateSource {

    /**
     * Called once, when the node has asked for the lists.
     *
     * @param updated to be called on any thread with the URI of a resource that now reads differently: tells the clients
     *     of this node that have subscribed to it. A client that has not been told of one change yet is told of
     *     further ones only once.
     */
    void onUpdate(Consumer<String> updated);
}
