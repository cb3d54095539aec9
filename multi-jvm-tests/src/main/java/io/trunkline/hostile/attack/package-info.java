/**
 * The attacks, one class for each kind of fault.
 *
 * <p>Fed by {@link io.trunkline.hostile.HostileRun}; hands on bytes to the members' ports. Start reading at
 * {@link io.trunkline.hostile.attack.Attacks}.
 */
@NullMarked
package io.trunkline.hostile.attack;

import org.jspecify.annotations.NullMarked;
