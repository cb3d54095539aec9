package io.trunkline.node.sdk;

/**
 * What a module has added.
 *
 * @param <D> how the SDK describes it
 * @param <M> what was made of it
 */
record Added<D, M>(D description, M made) {}
