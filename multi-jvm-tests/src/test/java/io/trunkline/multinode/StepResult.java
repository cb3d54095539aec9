package io.trunkline.multinode;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/**
 * What became of one step on one node.
 *
 * @param step the name of the test method, or {@link #WHOLE_CLASS}
 * @param status how far it got; {@code STARTED} is followed by another result unless the JVM dies
 * @param at when, by the machine's clock, which all nodes of a launch share
 * @param text the stack trace of a failure or the reason of a skip, otherwise empty
 */
record StepResult(String step, Status status, Instant at, String text) {

    /** The step name of a failure outside all steps, such as an actor system that does not start. */
    static final String WHOLE_CLASS = "(class)";

    enum Status {
        STARTED,
        PASSED,
        FAILED,
        SKIPPED
    }

    /** One line without its line end; {@link #parse} reads it back. */
    String toLine() {
        String encoded = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        return String.join("\t", step, status.name(), Long.toString(at.toEpochMilli()), encoded);
    }

    /**
     * Reads what {@link #toLine} wrote.
     *
     * @throws IllegalArgumentException when the line is cut off or is not one
     */
    static StepResult parse(String line) {
        String[] parts = line.split("\t", -1);
        if (parts.length != 4) {
            throw new IllegalArgumentException("step result with " + parts.length + " fields (expected: 4): " + line);
        }
        String text = new String(Base64.getDecoder().decode(parts[3]), StandardCharsets.UTF_8);
        return new StepResult(parts[0], Status.valueOf(parts[1]), Instant.ofEpochMilli(Long.parseLong(parts[2])), text);
    }

    /** Whether this failure follows from another node's: a barrier that somebody else did not reach. */
    boolean isConsequence() {
        return status == Status.FAILED
                && (text.contains("barrier failed") || text.contains("while waiting for barrier"));
    }
}
