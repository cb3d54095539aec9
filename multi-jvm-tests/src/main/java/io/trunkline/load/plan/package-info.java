/**
 * What a run is to do, as values: connections, sources, request lines, pace.
 *
 * <p>Fed by the command line, hands on to {@code crew} and {@code client}, which get their shares of one plan. Knows no
 * network. Start reading at {@link io.trunkline.load.plan.LoadPlan}.
 */
@NullMarked
package io.trunkline.load.plan;

import org.jspecify.annotations.NullMarked;
