/**
 * Hostile clients against a cluster of its own, with well-behaved clients beside them: what each attack costs the
 * others.
 *
 * <p>Fed by the command line and by tests; hands on a table and an exit code. Start reading at
 * {@link io.trunkline.hostile.HostileRun}.
 */
@NullMarked
package io.trunkline.hostile;

import org.jspecify.annotations.NullMarked;
