package io.trunkline.load.plan;

/**
 * How requests are released: closed loop or open loop; exactly one of the two numbers is above zero, or both are zero
 * for a share that sends nothing.
 *
 * @param inFlight closed loop: requests that are unanswered at any time, over all connections
 * @param rate open loop: requests per second over all connections, sent on schedule whatever the answers do
 */
public record Pace(int inFlight, double rate) {
    public Pace {
        if (inFlight < 0 || rate < 0 || (inFlight > 0 && rate > 0)) {
            throw new IllegalArgumentException(
                    "in flight " + inFlight + " and rate " + rate + " (expected: one of them, above 0)");
        }
    }

    public static Pace closed(int inFlight) {
        return new Pace(inFlight, 0);
    }

    public static Pace open(double rate) {
        return new Pace(0, rate);
    }

    public boolean openLoop() {
        return rate > 0;
    }

    /** The part of this pace that falls to one of several workers, in proportion to its connections. */
    Pace share(int index, int of, double weight) {
        return new Pace(Shares.size(inFlight, index, of), rate * weight);
    }
}
