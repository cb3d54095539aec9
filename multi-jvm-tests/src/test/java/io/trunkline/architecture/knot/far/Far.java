package io.trunkline.architecture.knot.far;

import io.trunkline.architecture.knot.Ring;
import org.jspecify.annotations.Nullable;

/** A class of another package that goes back to the one it comes from. */
public class Far {
    @Nullable
    Ring back;
}
