/** What the listeners of this process may take of its machine. */
@NullMarked
package io.trunkline.balancer.edge;

import org.jspecify.annotations.NullMarked;
