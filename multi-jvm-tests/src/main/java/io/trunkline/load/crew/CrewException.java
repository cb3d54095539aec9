package io.trunkline.load.crew;

/** A worker failed, so the run has no result. */
public final class CrewException extends Exception {
    private static final long serialVersionUID = 1L;

    CrewException(String reason) {
        super(reason);
    }
}
