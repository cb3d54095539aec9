package io.trunkline.faults;

import io.trunkline.experiment.Experiment;
import io.trunkline.faults.check.Rule;
import io.trunkline.faults.check.Verdict;
import io.trunkline.faults.check.Violation;
import io.trunkline.faults.check.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * The outcome of an experiment.
 *
 * @param troubles what the cluster did not do when it was asked, such as to come back; empty when it did all
 */
public record FaultReport(FaultPlan plan, Verdict verdict, List<String> troubles) implements Experiment.Report {

    public FaultReport {
        troubles = List.copyOf(troubles);
    }

    @Override
    public boolean holds() {
        return verdict.holds() && troubles.isEmpty();
    }

    @Override
    public String text() {
        List<String> lines = new ArrayList<>();
        lines.add("| step | clients | closed | answers | ok | failed | unknown (repeatable) | ran twice"
                + " | longest pause P50 | P99 | max |");
        lines.add("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        for (Window window : verdict.windows()) {
            lines.add(row(window));
        }
        lines.add("");
        verdict.examples().stream().map(Violation::toString).forEach(lines::add);
        lines.addAll(troubles);
        lines.add(
                holds()
                        ? "Verdict: every promise was kept."
                        : "Verdict: BROKEN: " + new TreeMap<Rule, Long>(verdict.broken())
                                + (troubles.isEmpty() ? "" : ", and the cluster had trouble"));
        lines.add("Seed: " + plan.seed());
        return String.join("\n", lines) + "\n";
    }

    private String row(Window window) {
        return String.format(
                Locale.ROOT,
                "| %s | %d | %d | %d | %d | %d | %d (%d) | %d | %s | %s | %s |",
                window.name(),
                verdict.clients(),
                window.closedConnections(),
                window.answers(),
                window.ok(),
                window.failed(),
                window.unknown(),
                window.unknownRepeatable(),
                window.duplicates(),
                millis(window.pause(0.5)),
                millis(window.pause(0.99)),
                millis(window.pause(1)));
    }

    private static String millis(long micros) {
        return String.format(Locale.ROOT, "%d ms", (micros + 500) / 1_000);
    }
}
