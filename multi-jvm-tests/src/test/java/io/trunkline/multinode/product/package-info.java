/**
 * The product on the multi-node harness: nodes and balancers wired as in production, each on the actor system of its
 * own JVM, where links can be cut and members sent away at a chosen moment.
 *
 * <p>Fed by {@link io.trunkline.multinode}; real clients connect to the balancers' real ports. Start reading at
 * {@link io.trunkline.multinode.product.FourNodesIT}.
 */
@NullMarked
package io.trunkline.multinode.product;

import org.jspecify.annotations.NullMarked;
