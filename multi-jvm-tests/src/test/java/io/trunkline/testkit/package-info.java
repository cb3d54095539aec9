/**
 * What a scenario needs: a cluster of real member processes and clients that speak to it over real sockets.
 *
 * <p>Fed by {@link io.trunkline.local}. Start reading at {@link io.trunkline.testkit.TestCluster} and
 * {@link io.trunkline.testkit.TestClient}.
 */
@NullMarked
package io.trunkline.testkit;

import org.jspecify.annotations.NullMarked;
