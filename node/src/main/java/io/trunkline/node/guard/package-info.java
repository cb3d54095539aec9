/**
 * What keeps one handler from costing others: circuits of tools whose calls were lost with their nodes, and the watch
 * over handlers that hold event loops.
 *
 * <p>Fed by the engine and by the other nodes; hands on a yes or no for each call. Start reading at
 * {@link io.trunkline.node.guard.Circuits}.
 */
@NullMarked
package io.trunkline.node.guard;

import org.jspecify.annotations.NullMarked;
