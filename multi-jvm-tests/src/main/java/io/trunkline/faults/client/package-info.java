/**
 * The clients of an experiment: real sockets, each with one request outstanding at any time.
 *
 * <p>Fed by the run, hands on to {@code history}. Start reading at {@link io.trunkline.faults.client.FaultClients}.
 */
@NullMarked
package io.trunkline.faults.client;

import org.jspecify.annotations.NullMarked;
