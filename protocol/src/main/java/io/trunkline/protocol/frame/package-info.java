/**
 * The frames of the trunk protocol: what a balancer and a node can say to each other on one trunk.
 *
 * <p>Fed by {@code codec}, which turns bytes into frames and back; hands on to whoever owns the trunk. Start reading at
 * {@link io.trunkline.protocol.frame.Frame}.
 */
@NullMarked
package io.trunkline.protocol.frame;

import org.jspecify.annotations.NullMarked;
