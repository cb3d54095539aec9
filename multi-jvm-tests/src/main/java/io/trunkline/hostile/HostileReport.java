package io.trunkline.hostile;

import io.trunkline.experiment.Experiment;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The table of a run. */
public final class HostileReport implements Experiment.Report {
    private final List<Outcome> outcomes;

    HostileReport(List<Outcome> outcomes) {
        this.outcomes = List.copyOf(outcomes);
    }

    @Override
    public boolean holds() {
        return outcomes.stream().allMatch(outcome -> outcome.troubles().isEmpty());
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append("| attack | connections | P99 before, TCP / HTTP | during | longest silence | heap, direct (MiB)")
                .append(" | nodes lost | counted as |\n");
        text.append("|---|--:|--:|--:|--:|--:|--:|---|\n");
        outcomes.forEach(outcome -> text.append(row(outcome)).append('\n'));
        text.append('\n');
        for (Outcome outcome : outcomes) {
            outcome.troubles()
                    .forEach(trouble -> text.append(outcome.attack())
                            .append(": ")
                            .append(trouble)
                            .append('\n'));
        }
        text.append(holds() ? "Verdict: every promise was kept.\n" : "Verdict: BROKEN.\n");
        return text.toString();
    }

    private static String row(Outcome outcome) {
        return String.format(
                Locale.ROOT,
                "| %s: %s | %d | %s | %s | %s | %d, %d | %d | %s |",
                outcome.attack(),
                outcome.summary(),
                outcome.connections(),
                p99s(outcome.before()),
                p99s(outcome.during()),
                millis(outcome.during().stream()
                        .mapToLong(Neighbour.Sight::silenceNanos)
                        .max()
                        .orElse(0)),
                outcome.heapBytes() >> 20,
                outcome.directBytes() >> 20,
                outcome.nodesLost(),
                outcome.told().isEmpty()
                        ? "-"
                        : outcome.told().entrySet().stream()
                                .map(counter -> "`" + counter.getKey() + "` " + counter.getValue())
                                .collect(Collectors.joining(", ")));
    }

    private static String p99s(List<Neighbour.Sight> sights) {
        return sights.stream().map(sight -> millis(sight.p99Nanos())).collect(Collectors.joining(" / "));
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
    }
}
