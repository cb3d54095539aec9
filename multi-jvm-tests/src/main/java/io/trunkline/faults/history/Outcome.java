package io.trunkline.faults.history;

/** How an operation ended, as its client understands it. */
public enum Outcome {
    /** Answered with a result. */
    OK,
    /** Answered with an error that does not say that it may have run: it has not. */
    FAILED,
    /** Answered with an error that says that it may have run. */
    UNKNOWN,
    /** Not answered until the end of its connection or of the run. */
    NONE
}
