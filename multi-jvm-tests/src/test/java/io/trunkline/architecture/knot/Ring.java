package io.trunkline.architecture.knot;

import io.trunkline.architecture.knot.far.Far;
import org.jspecify.annotations.Nullable;

/** The first of six classes that all reach each other; the last two come back to it. */
public class Ring {
    @Nullable
    Second next;

    @Nullable
    Far away;
}

class Second {
    @Nullable
    Third next;

    /** Counts as a reference of the class around it. */
    static class Nested {
        @Nullable
        Fourth far;
    }
}

class Third {
    @Nullable
    Fourth next;
}

class Fourth {
    @Nullable
    Fifth next;
}

class Fifth {
    @Nullable
    Sixth next;

    @Nullable
    Ring back;

    @Nullable
    Ring again;
}

class Sixth {
    @Nullable
    Ring back;
}

class Outside {
    @Nullable
    Ring ring;
}
