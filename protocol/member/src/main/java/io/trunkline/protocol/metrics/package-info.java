/**
 * The numbers of a member process: counters, gauges, timers and a snapshot of them once a second, for Prometheus and
 * for the reports to the balancers.
 *
 * <p>Fed by everything that counts, hands on to Kamon and to {@code ReportSender}. Start reading at {@link
 * io.trunkline.protocol.metrics.Metrics}.
 */
@NullMarked
package io.trunkline.protocol.metrics;

import org.jspecify.annotations.NullMarked;
