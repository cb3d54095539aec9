/**
 * What operators read in a balancer's log. Fed by every other package, hands on to the log alone. Start reading at
 * {@link io.trunkline.balancer.events.BalancerEvents}.
 */
@NullMarked
package io.trunkline.balancer.events;

import org.jspecify.annotations.NullMarked;
