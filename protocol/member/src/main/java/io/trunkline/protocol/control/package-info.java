/**
 * The records that cluster members send each other about themselves: never client payload.
 *
 * <p>Fed by {@code member}, handed on to the balancers' {@code admin}. Start reading at {@link
 * io.trunkline.protocol.control.MemberReport}.
 */
@NullMarked
package io.trunkline.protocol.control;

import org.jspecify.annotations.NullMarked;
