/**
 * The balancer process: wiring, settings and events.
 *
 * <p>Start reading at {@link io.trunkline.balancer.Balancer}, then follow a message: {@code lines}, {@code admit},
 * {@code relay}, {@code assign}, {@code trunk}, and back through {@code relay}.
 */
@NullMarked
package io.trunkline.balancer;

import org.jspecify.annotations.NullMarked;
