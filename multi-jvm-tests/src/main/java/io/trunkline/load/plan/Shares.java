package io.trunkline.load.plan;

/** Splits a number of things among workers so that the sizes differ by at most one. */
final class Shares {
    private Shares() {}

    static int size(int total, int index, int of) {
        return start(total, index + 1, of) - start(total, index, of);
    }

    static int start(int total, int index, int of) {
        return (int) ((long) total * index / of);
    }
}
