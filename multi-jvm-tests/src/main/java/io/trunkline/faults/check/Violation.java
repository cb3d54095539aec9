package io.trunkline.faults.check;

/**
 * A promise that was not kept.
 *
 * @param client to whom
 * @param at microseconds since the start of the run; 0 when it is not known
 */
public record Violation(Rule rule, int client, long at, String what) {

    @Override
    public String toString() {
        return "%s: client %d at %.3f s: %s".formatted(rule.broken(), client, at / 1e6, what);
    }
}
