/**
 * The tools that every node has: small ones to try a cluster with, and examples of the interface that they implement.
 *
 * <p>Fed by the engine with calls; hand on nothing. Start reading at {@link io.trunkline.node.tools.BuiltInTools}.
 */
@NullMarked
package io.trunkline.node.tools;

import org.jspecify.annotations.NullMarked;
