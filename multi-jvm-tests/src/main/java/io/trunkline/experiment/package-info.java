/**
 * What experiments share: each starts a cluster of its own with tools of its own, does something to it beside its
 * clients, and says whether the promises were kept.
 *
 * <p>Fed by the command line; hands on to {@code faults} and {@code hostile}. Start reading at
 * {@link io.trunkline.experiment.Experiment}.
 */
@NullMarked
package io.trunkline.experiment;

import org.jspecify.annotations.NullMarked;
