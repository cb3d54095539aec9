/**
 * The promises as rules over a history and the traces of executions. Plain Java: nothing here runs a cluster.
 *
 * <p>Fed by {@code history} and by the traces of {@code tools}. Start reading at {@link
 * io.trunkline.faults.check.HistoryChecker}.
 */
@NullMarked
package io.trunkline.faults.check;

import org.jspecify.annotations.NullMarked;
