/**
 * What a scenario needs: a cluster of real member processes and clients that speak to it over real sockets.
 *
 * <p>Fed by the jars of the node and balancer modules, which it starts the way an operator would: by their main classes
 * and environment variables alone. Start reading at {@link io.trunkline.testkit.TestCluster} and
 * {@link io.trunkline.testkit.TestClient}.
 */
@NullMarked
package io.trunkline.testkit;

import org.jspecify.annotations.NullMarked;
