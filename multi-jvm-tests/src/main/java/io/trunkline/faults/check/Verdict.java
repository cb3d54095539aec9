package io.trunkline.faults.check;

import java.util.List;
import java.util.Map;

/**
 * What the checker found.
 *
 * @param broken how often each rule was broken; rules that held are not in it
 * @param examples the first violations of each rule, in the order in which they were found
 * @param windows between the marks of the history, in order
 * @param clients that were seen
 */
public record Verdict(Map<Rule, Long> broken, List<Violation> examples, List<Window> windows, int clients) {

    public Verdict {
        broken = Map.copyOf(broken);
        examples = List.copyOf(examples);
        windows = List.copyOf(windows);
    }

    /** Whether all promises were kept. */
    public boolean holds() {
        return broken.isEmpty();
    }
}
