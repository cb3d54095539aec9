/**
 * Shows a run: progress while it lasts, then text, CSV and JSON.
 *
 * <p>Fed by {@code LoadMain} with what {@code measure} holds. Start reading at {@link io.trunkline.load.report.Report}.
 */
@NullMarked
package io.trunkline.load.report;

import org.jspecify.annotations.NullMarked;
