package io.trunkline.multinode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.opentest4j.TestAbortedException;

/**
 * The verdict on a launch, step by step, as the launcher JVM's test results.
 *
 * <p>Many nodes usually fail together, most of them because a barrier did not open. The report names the one that
 * failed first and shows that failure in full, with the end of that node's log.
 *
 * @param nodes in the order of their roles
 * @param directory where the logs are
 */
record LaunchReport(List<NodeOutcome> nodes, Path directory) {

    private static final int LOG_LINES = 40;

    /**
     * Fails when a node broke outside the steps: it did not start, or did not end as it should have.
     *
     * @throws AssertionError with the report
     */
    void failIfBrokenOutsideSteps() {
        if (nodes.stream().anyMatch(LaunchReport::brokeOutsideSteps)) {
            throw failure(StepResult.WHOLE_CLASS);
        }
    }

    /**
     * Fails when the step broke on any node.
     *
     * @throws AssertionError with the report
     * @throws TestAbortedException when no node ran it because an earlier step broke
     */
    void failIfBroken(String step) {
        if (nodes.stream().noneMatch(node -> node.broke(step))) {
            return;
        }
        if (nodes.stream().noneMatch(node -> node.ran(step))) {
            throw new TestAbortedException(
                    "not run: " + firstBroken().map(NodeOutcome::role).orElse("a node") + " failed in an earlier step");
        }
        throw failure(step);
    }

    /**
     * The node whose failure came first. Failures that only follow from another node's come after all others, whatever
     * the clock says.
     */
    Optional<NodeOutcome> firstBroken() {
        return nodes.stream()
                .filter(NodeOutcome::broken)
                .min(Comparator.comparing(LaunchReport::isConsequence).thenComparing(NodeOutcome::brokenAt));
    }

    private static boolean isConsequence(NodeOutcome node) {
        return node.failure().filter(StepResult::isConsequence).isPresent();
    }

    private static boolean brokeOutsideSteps(NodeOutcome node) {
        boolean inStep = node.results().stream()
                .anyMatch(result -> !result.step().equals(StepResult.WHOLE_CLASS) && node.broke(result.step()));
        return node.broken() && !inStep;
    }

    private AssertionError failure(String step) {
        Optional<NodeOutcome> first = firstBroken();
        String headline = first.map(node -> node.role() + " failed first").orElse("a node did not take part");
        String table = nodes.stream()
                .map(node -> row(node, step, first.filter(node::equals).isPresent()))
                .collect(Collectors.joining());
        String details = first.map(LaunchReport::details).orElse("");
        return withoutStackTrace(new AssertionError(
                "multi-node step " + step + ": " + headline + "\n" + table + details + "logs: " + directory + "\n"));
    }

    private static String row(NodeOutcome node, String step, boolean first) {
        String status =
                node.resultOf(step).map(result -> result.status().name()).orElse("-");
        StringBuilder row =
                new StringBuilder("  %-12s %-8s exit code %d".formatted(node.role(), status, node.exitCode()));
        node.expectedEnd()
                .ifPresent(code -> row.append(" (expected: ").append(code).append(')'));
        node.killedBecause().ifPresent(reason -> row.append(", killed: ").append(reason));
        node.lastStarted()
                .filter(in -> node.endedBadly())
                .ifPresent(in -> row.append(", was in ").append(in));
        return row.append(first ? "  <== first" : "").append('\n').toString();
    }

    private static String details(NodeOutcome node) {
        String trace =
                node.failure().map(result -> result.text().strip() + "\n").orElse("");
        String threads = node.killedBecause()
                .map(reason -> mainThread(node.files().threadDump()))
                .orElse("");
        return "--- " + node.role() + ":\n" + trace + threads + "--- end of its log:\n"
                + tail(node.files().log());
    }

    /** What the thread that runs the steps was doing when its node was killed. */
    private static String mainThread(Path threadDump) {
        return lines(threadDump).stream()
                .dropWhile(line -> !line.startsWith("\"main\""))
                .takeWhile(line -> !line.isBlank())
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    private static String tail(Path log) {
        List<String> lines = lines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size())) + "\n";
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of("(unreadable: " + e + ")");
        }
    }

    /** The stack of the launcher says nothing; that of the node is in the message. */
    private static AssertionError withoutStackTrace(AssertionError error) {
        error.setStackTrace(new StackTraceElement[0]);
        return error;
    }
}
