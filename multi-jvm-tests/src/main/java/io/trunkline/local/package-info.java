/**
 * A cluster of real member processes on this machine, with the ways in which they can be started, stopped, frozen and
 * killed.
 *
 * <p>Fed by the jars of the node and balancer modules, which it starts the way an operator would: by their main classes
 * and environment variables alone. Start reading at {@link io.trunkline.local.LocalCluster}.
 */
@NullMarked
package io.trunkline.local;

import org.jspecify.annotations.NullMarked;
