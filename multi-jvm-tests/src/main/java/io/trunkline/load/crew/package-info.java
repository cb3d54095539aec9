/**
 * The workers of a run: one inside this process, or several processes of the same JVM and class path when the limit of
 * open files asks for it.
 *
 * <p>Fed by {@code LoadMain} with the plan and one command per phase, hands on to {@code client}. A worker process
 * speaks lines of JSON: commands on its standard input, events on its standard output; it ends when its input ends.
 * Start reading at {@link io.trunkline.load.crew.Crew}.
 */
@NullMarked
package io.trunkline.load.crew;

import org.jspecify.annotations.NullMarked;
