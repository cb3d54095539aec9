/**
 * The load generator: many real client connections, a load that is either closed loop or open loop, and a report.
 *
 * <p>Fed by the command line, hands on to {@code plan} (what is to be done), {@code crew} (who does it: one or several
 * processes), {@code client} (the connections of one event loop) and {@code report} (what was seen). Start reading at
 * {@link io.trunkline.load.LoadMain}, then {@link io.trunkline.load.client.LoadLoop}.
 */
@NullMarked
package io.trunkline.load;

import org.jspecify.annotations.NullMarked;
