/**
 * Fault experiments: clients that always have a request outstanding, a cluster whose members are killed, frozen and
 * drained under them, and a check of all that the clients saw.
 *
 * <p>Fed by the command line, hands on to {@code client} (who asks), {@code history} (what was asked and answered),
 * {@code tools} (what runs on the nodes, and leaves a trace there) and {@code check} (what the promises say about it).
 * Start reading at {@link io.trunkline.faults.FaultRun}.
 */
@NullMarked
package io.trunkline.faults;

import org.jspecify.annotations.NullMarked;
