/**
 * The memory that a process holds for its clients, counted in one place.
 *
 * <p>Fed by everything that keeps a client's bytes; hands on nothing but the level, by which its askers take less.
 * Start reading at {@link io.trunkline.protocol.memory.MemoryBudget}.
 */
@NullMarked
package io.trunkline.protocol.memory;

import org.jspecify.annotations.NullMarked;
