/**
 * The configuration file of what is served for servers outside the cluster: listeners, routes and pools. Strict:
 * whatever is not understood, or contradicts something else, is an error that names file, line, key, value and what is
 * expected.
 *
 * <p>Fed by {@code BalancerMain}; hands on records. Start reading at {@link io.trunkline.balancer.config.FileSettings}.
 */
@NullMarked
package io.trunkline.balancer.config;

import org.jspecify.annotations.NullMarked;
