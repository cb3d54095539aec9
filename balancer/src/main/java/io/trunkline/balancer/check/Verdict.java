package io.trunkline.balancer.check;

/** What so many checks in a row say. Up to begin with, so that a start does not wait for checks. */
final class Verdict {
    private final int rise;
    private final int fall;
    private boolean up = true;
    private int against;

    Verdict(int rise, int fall) {
        this.rise = rise;
        this.fall = fall;
    }

    /** One more check; returns whether the server counts as well after it. */
    boolean after(boolean well) {
        against = well == up ? 0 : against + 1;
        if (against >= (up ? fall : rise)) {
            up = !up;
            against = 0;
        }
        return up;
    }
}
