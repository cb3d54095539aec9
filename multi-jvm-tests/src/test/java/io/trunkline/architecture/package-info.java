/** The borders between modules and packages, as sentences that the build checks. */
@NullMarked
package io.trunkline.architecture;

import org.jspecify.annotations.NullMarked;
