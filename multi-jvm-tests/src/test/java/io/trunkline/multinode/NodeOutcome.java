package io.trunkline.multinode;

import io.trunkline.multinode.StepResult.Status;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How one node JVM ended and what its steps came to.
 *
 * @param files that the node left
 * @param exitCode of its JVM
 * @param endedAt when the launcher saw the end of the JVM
 * @param expectedEnd the exit code with which the test itself ended the node, empty when the node was to see the last
 *     step
 * @param killedBecause why the launcher killed it, empty when it ended by itself
 * @param results in the order in which they came about
 */
record NodeOutcome(
        NodeFiles files,
        int exitCode,
        Instant endedAt,
        OptionalInt expectedEnd,
        Optional<String> killedBecause,
        List<StepResult> results) {

    String role() {
        return files.role();
    }

    /** Whether the JVM was killed, or ended with another code than it was to. */
    boolean endedBadly() {
        return killedBecause.isPresent() || exitCode != expectedEnd.orElse(0);
    }

    /** Whether anything at all went wrong on this node. */
    boolean broken() {
        return endedBadly() || failure().isPresent();
    }

    /** When it broke: at its first failed step, or else when its JVM ended. */
    Instant brokenAt() {
        return failure().map(StepResult::at).orElse(endedAt);
    }

    /** The first failed step. A node that died or hung has none: see {@link #lastStarted}. */
    Optional<StepResult> failure() {
        return results.stream()
                .filter(result -> result.status() == Status.FAILED)
                .findFirst();
    }

    /** The step in which the node was when it died or was killed; empty when it was between steps. */
    Optional<String> lastStarted() {
        return results.isEmpty()
                ? Optional.empty()
                : Optional.of(results.get(results.size() - 1))
                        .filter(result -> result.status() == Status.STARTED)
                        .map(StepResult::step);
    }

    /** The last word on a step; empty when this node did not reach it. */
    Optional<StepResult> resultOf(String step) {
        return results.stream().filter(result -> result.step().equals(step)).reduce((earlier, later) -> later);
    }

    /** Whether this node ran the step, to whatever end. */
    boolean ran(String step) {
        return resultOf(step)
                .filter(result -> result.status() != Status.SKIPPED)
                .isPresent();
    }

    /** Whether the step did not come to the end it should have on this node. */
    boolean broke(String step) {
        boolean endIsPlanned = expectedEnd.isPresent();
        return resultOf(step)
                .map(result -> switch (result.status()) {
                    case PASSED -> false;
                    case FAILED -> true;
                    case STARTED -> !endIsPlanned || endedBadly();
                    case SKIPPED -> !endIsPlanned;
                })
                .orElse(!endIsPlanned);
    }
}
