/**
 * Which members a cluster gives up when some of them cannot reach others: one pure decision, and its place in Pekko's
 * split brain resolver.
 *
 * <p>Fed by the membership as gossip shows it; hands on to the resolver that {@code member} starts. Start reading at
 * {@link io.trunkline.protocol.downing.Partition}.
 */
@NullMarked
package io.trunkline.protocol.downing;

import org.jspecify.annotations.NullMarked;
