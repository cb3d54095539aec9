@NullMarked
package io.trunkline.local;

import org.jspecify.annotations.NullMarked;
