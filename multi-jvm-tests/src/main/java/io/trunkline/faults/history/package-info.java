/**
 * What the clients of an experiment did and saw, as events in the order of their time, and the file that keeps them.
 *
 * <p>Fed by {@code client}, hands on to {@code check}. Start reading at {@link io.trunkline.faults.history.Event}.
 */
@NullMarked
package io.trunkline.faults.history;

import org.jspecify.annotations.NullMarked;
