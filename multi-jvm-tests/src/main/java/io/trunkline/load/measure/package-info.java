/**
 * What was seen, as values that can be added up over event loops and processes.
 *
 * <p>Fed by {@code client}, carried by {@code crew}, shown by {@code report}. Start reading at
 * {@link io.trunkline.load.measure.Counters}.
 */
@NullMarked
package io.trunkline.load.measure;

import org.jspecify.annotations.NullMarked;
