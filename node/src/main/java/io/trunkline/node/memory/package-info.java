/**
 * The memory that a node holds for clients: how much it may be, and what happens when there is no more of it.
 *
 * <p>Fed by everything that keeps a client's bytes; hands on the budget to trunks, sessions and the engine. Start
 * reading at {@link io.trunkline.node.memory.NodeMemory}.
 */
@NullMarked
package io.trunkline.node.memory;

import org.jspecify.annotations.NullMarked;
