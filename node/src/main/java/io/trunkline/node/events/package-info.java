/**
 * What operators read in a node's log. Fed by every other package, hands on to the log alone. Start reading at
 * {@link io.trunkline.node.events.NodeEvents}.
 */
@NullMarked
package io.trunkline.node.events;

import org.jspecify.annotations.NullMarked;
