/**
 * How URIs are compared. Knows nothing of what they name.
 *
 * <p>Used by whoever compares URIs that come from different hands: tokens with the resource that they are for, what a
 * client reads with what a node lists. Start reading at {@link io.trunkline.protocol.uri.NormalUri}.
 */
@NullMarked
package io.trunkline.protocol.uri;

import org.jspecify.annotations.NullMarked;
