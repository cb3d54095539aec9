/**
 * Tools that harm the node that runs them.
 *
 * <p>Fed by calls of {@link io.trunkline.hostile.attack.Attack}; hands on nothing. Start reading at
 * {@link io.trunkline.hostile.tools.HostileTools}.
 */
@NullMarked
package io.trunkline.hostile.tools;

import org.jspecify.annotations.NullMarked;
