package io.trunkline.balancer.trunk;

/** A session that is not where its slot is. */
public interface Guest {
    /** Goes home if its home is elsewhere and it is not on its way yet; returns whether it sets out now. */
    boolean goHome();
}
