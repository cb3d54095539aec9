/**
 * The small HTTP server of every port that shows what a member does: health, statistics, management, metrics.
 *
 * <p>Fed by monitors and people; hands on to the pages that {@code member} and the balancer's {@code admin} make. Start
 * reading at {@link io.trunkline.protocol.pages.PageServer}.
 */
@NullMarked
package io.trunkline.protocol.pages;

import org.jspecify.annotations.NullMarked;
