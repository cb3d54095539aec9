package io.trunkline.faults;

import java.nio.file.Path;
import java.util.List;

/**
 * An experiment.
 *
 * @param root the directory of the repository, with its modules packaged
 * @param directory of the members' logs, the traces and the history; what an earlier run left there is deleted
 * @param nodes 2 or more
 * @param clients that have a request outstanding at any time
 * @param seed of what clients ask and of the choice of nodes and faults
 * @param faults in this order; with {@code seconds}, those to choose from
 * @param seconds for which faults are chosen at random, one after the other; 0: each of the list once
 * @param settleSeconds of calm between two steps
 * @param faultSeconds for which a node is frozen or a link is cut
 * @param holdMillis the longest time for which a node is asked to hold an answer back
 */
public record FaultPlan(
        Path root,
        Path directory,
        int nodes,
        int clients,
        long seed,
        List<Fault> faults,
        int seconds,
        int settleSeconds,
        int faultSeconds,
        int holdMillis) {

    /**
     * Checks all values.
     *
     * @throws IllegalArgumentException that names the option, its value and what fits
     */
    public FaultPlan {
        faults = List.copyOf(faults);
        within("--nodes", nodes, 2, 16);
        within("--clients", clients, 1, 10_000);
        within("--seconds", seconds, 0, 86_400);
        within("--settle", settleSeconds, 0, 600);
        within("--freeze", faultSeconds, 1, 600);
        within("--hold", holdMillis, 0, 60_000);
        if (faults.isEmpty()) {
            throw new IllegalArgumentException("--faults: none (expected: one or more)");
        }
    }

    /** Whether any fault of the plan cuts links, which takes root. */
    boolean needsNamespaces() {
        return faults.stream().anyMatch(Fault::needsNamespaces);
    }

    private static void within(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(option + ": " + value + " (expected: " + least + " to " + most + ")");
        }
    }
}
