/** The frames of the trunk protocol. */
@NullMarked
package io.trunkline.protocol.frame;

import org.jspecify.annotations.NullMarked;
