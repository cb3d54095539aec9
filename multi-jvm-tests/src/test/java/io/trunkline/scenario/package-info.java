/**
 * Stories with real processes: a cluster started as operators start it, clients on real sockets, and what they see when
 * members come, go, hang and die.
 *
 * <p>Fed by {@link io.trunkline.testkit}. Start reading at {@link io.trunkline.scenario.TcpScenario}.
 */
@NullMarked
package io.trunkline.scenario;

import org.jspecify.annotations.NullMarked;
