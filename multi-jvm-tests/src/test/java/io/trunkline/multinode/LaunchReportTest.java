package io.trunkline.multinode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.trunkline.multinode.StepResult.Status;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/** The verdicts on made-up ends of nodes. The steps are called one and two. */
final class LaunchReportTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final String BARRIER = "java.lang.RuntimeException: barrier failed";

    @Test
    void passesWhenEveryNodePassed() {
        LaunchReport report =
                report(ended("a", 0, passed("one"), passed("two")), ended("b", 0, passed("one"), passed("two")));
        assertThatCode(report::failIfBrokenOutsideSteps).doesNotThrowAnyException();
        assertThatCode(() -> report.failIfBroken("two")).doesNotThrowAnyException();
        assertThat(report.firstBroken()).isEmpty();
    }

    @Test
    void blamesTheNodeWhoseFailureIsNotAConsequenceThoughItCameLater() {
        LaunchReport report =
                report(ended("a", 1, failed("one", 1, BARRIER)), ended("b", 1, failed("one", 5, "wrong")));
        assertThat(report.firstBroken()).map(NodeOutcome::role).hasValue("b");
    }

    @Test
    void blamesTheEarlierOfTwoFailures() {
        LaunchReport report =
                report(ended("a", 1, failed("one", 5, "later")), ended("b", 1, failed("one", 1, "earlier")));
        assertThat(report.firstBroken()).map(NodeOutcome::role).hasValue("b");
    }

    @Test
    void blamesAFailureBeforeTheNodeThatWasKilledWaitingForIt() {
        NodeOutcome waiting = new NodeOutcome(
                files("a"),
                137,
                NOON.plusSeconds(20),
                OptionalInt.empty(),
                Optional.of("still ran"),
                List.of(started("one")));
        LaunchReport report = report(waiting, ended("b", 1, failed("one", 1, "wrong")));
        assertThat(report.firstBroken()).map(NodeOutcome::role).hasValue("b");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> report.failIfBroken("one"))
                .withMessageContaining("killed: still ran, was in one");
    }

    @Test
    void aPlannedEndIsNoFailureOfItsStepOrOfLaterOnes() {
        NodeOutcome exited = planned("b", 7, 7, started("one"));
        LaunchReport report = report(ended("a", 0, passed("one"), passed("two")), exited);
        assertThatCode(report::failIfBrokenOutsideSteps).doesNotThrowAnyException();
        assertThatCode(() -> report.failIfBroken("one")).doesNotThrowAnyException();
        assertThatCode(() -> report.failIfBroken("two")).doesNotThrowAnyException();
    }

    @Test
    void anotherEndThanThePlannedOneFails() {
        LaunchReport report = report(ended("a", 0, passed("one")), planned("b", 7, 1, started("one")));
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> report.failIfBroken("one"))
                .withMessageContaining("exit code 1 (expected: 7)");
    }

    @Test
    void aNodeThatMissesAStepFailsIt() {
        LaunchReport report = report(ended("a", 0, passed("one"), passed("two")), ended("b", 0, passed("one")));
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> report.failIfBroken("two"))
                .withMessageContaining("a node did not take part");
    }

    @Test
    void anEndAfterTheLastStepFailsTheClassAlone() {
        LaunchReport report = report(ended("a", 0, passed("one")), ended("b", 134, passed("one")));
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(report::failIfBrokenOutsideSteps)
                .withMessageContaining("b failed first");
        assertThatCode(() -> report.failIfBroken("one")).doesNotThrowAnyException();
    }

    @Test
    void aStepThatNobodyRanIsAborted() {
        LaunchReport report = report(ended("a", 1, failed("one", 1, "wrong"), skipped("two")));
        assertThatExceptionOfType(TestAbortedException.class)
                .isThrownBy(() -> report.failIfBroken("two"))
                .withMessage("not run: a failed in an earlier step");
    }

    private static LaunchReport report(NodeOutcome... nodes) {
        return new LaunchReport(List.of(nodes), Path.of("logs"));
    }

    private static NodeOutcome ended(String role, int exitCode, StepResult... results) {
        return outcome(role, exitCode, OptionalInt.empty(), results);
    }

    private static NodeOutcome planned(String role, int expected, int exitCode, StepResult... results) {
        return outcome(role, exitCode, OptionalInt.of(expected), results);
    }

    private static NodeOutcome outcome(String role, int exitCode, OptionalInt expected, StepResult... results) {
        return new NodeOutcome(
                files(role), exitCode, NOON.plusSeconds(9), expected, Optional.empty(), List.of(results));
    }

    private static NodeFiles files(String role) {
        return new NodeFiles(Path.of("no-such-directory"), role);
    }

    private static StepResult started(String step) {
        return new StepResult(step, Status.STARTED, NOON, "");
    }

    private static StepResult passed(String step) {
        return new StepResult(step, Status.PASSED, NOON, "");
    }

    private static StepResult skipped(String step) {
        return new StepResult(step, Status.SKIPPED, NOON, "an earlier step failed on this node");
    }

    private static StepResult failed(String step, int second, String text) {
        return new StepResult(step, Status.FAILED, NOON.plusSeconds(second), text);
    }
}
