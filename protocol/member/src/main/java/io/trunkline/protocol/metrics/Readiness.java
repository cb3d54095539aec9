package io.trunkline.protocol.metrics;

/**
 * Whether a process takes new clients, and if not, why. Its {@link #label} is the same in answers, reports and pages.
 */
public enum Readiness {
    /** New clients are served. */
    READY("ready"),
    /** New clients are refused until others have gone; those that are here are served. */
    FULL("full"),
    /** The process is about to leave. */
    DRAINING("draining"),
    /** What it serves with is not there: a balancer has no node, a node has no slots. */
    WAITING("waiting");

    private final String label;

    Readiness(String label) {
        this.label = label;
    }

    /** Its name outside of this code: stable. */
    public String label() {
        return label;
    }
}
