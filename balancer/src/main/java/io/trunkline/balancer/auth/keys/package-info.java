/**
 * The keys by which authorization servers prove their tokens: where they are, when they are fetched, and who waits for
 * that.
 *
 * <p>Asked by {@code auth}, whose checks of tokens want the keys that a token names; asks the authorization servers.
 * Start reading at {@link io.trunkline.balancer.auth.keys.IssuerKeys}.
 */
@NullMarked
package io.trunkline.balancer.auth.keys;

import org.jspecify.annotations.NullMarked;
