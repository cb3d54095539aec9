package io.trunkline.faults.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.faults.history.Event;
import io.trunkline.faults.history.Event.Closed;
import io.trunkline.faults.history.Event.Mark;
import io.trunkline.faults.history.Event.Operation;
import io.trunkline.faults.history.Event.Stray;
import io.trunkline.faults.history.Kind;
import io.trunkline.faults.history.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Hand-made histories of client 0, good and bad; the n-th operation is sent at n and answered at n + 1 milliseconds.
 */
final class HistoryCheckerTest {

    private static final Map<String, Integer> NOTHING_RAN = Map.of();
    private static final String ALL_LEVELS = "debug,info,notice,warning,error,critical,alert,emergency";
    private static final String FROM_ERROR = "error,critical,alert,emergency";

    @Test
    void aHistoryInWhichAllGoesWellBreaksNothing() {
        Verdict verdict = check(
                Map.of("0:6", 1, "0:7", 1),
                ok(1, Kind.INITIALIZE, "", ""),
                ok(2, Kind.WHOAMI, "", "s1 1", "node-1"),
                ok(3, Kind.ECHO, "0:3 eee", "0:3 eee"),
                ok(4, Kind.KEEP, "a", ""),
                ok(5, Kind.RECALL, "", "a"),
                ok(6, Kind.COUNT, "", "0:6"),
                ended(7, Kind.COUNT, "", Outcome.UNKNOWN),
                ended(8, Kind.COUNT, "", Outcome.UNKNOWN),
                ended(9, Kind.COUNT, "", Outcome.FAILED),
                ok(10, Kind.SET_LEVEL, "error", ""),
                ok(11, Kind.SPEAK, "", FROM_ERROR),
                ok(12, Kind.WHOAMI, "", "s1 2", "node-2"),
                ok(13, Kind.RECALL, "", "a"));
        assertThat(verdict.examples()).isEmpty();
        assertThat(verdict.holds()).isTrue();
        assertThat(verdict.clients()).isOne();
    }

    @Test
    void anOperationWithoutAnAnswerIsFound() {
        assertBroken(check(NOTHING_RAN, ended(1, Kind.PING, "", Outcome.NONE)), Rule.ANSWERED);
    }

    @Test
    void anAnswerThatNobodyWaitsForIsFound() {
        assertBroken(check(NOTHING_RAN, new Stray(0, 1, "{}")), Rule.ANSWERED_ONCE);
    }

    @Test
    void twoAnswersToOneOperationAreFound() {
        assertBroken(check(NOTHING_RAN, ok(1, Kind.PING, "", ""), ok(1, Kind.PING, "", "")), Rule.ANSWERED_ONCE);
    }

    @Test
    void somebodyElsesEchoIsFound() {
        assertBroken(check(NOTHING_RAN, ok(1, Kind.ECHO, "0:1 ee", "7:1 ee")), Rule.RIGHT_ANSWER);
    }

    @Test
    void somebodyElsesCountIsFound() {
        assertBroken(check(Map.of("0:1", 1), ok(1, Kind.COUNT, "", "7:1")), Rule.RIGHT_ANSWER);
    }

    @Test
    void aClosedConnectionIsFoundAndBeginsANewSession() {
        Verdict verdict = check(
                NOTHING_RAN,
                ok(1, Kind.WHOAMI, "", "s1 3", "node-1"),
                ok(2, Kind.KEEP, "a", ""),
                ok(3, Kind.SET_LEVEL, "error", ""),
                new Closed(0, 4_000, "node_lost"),
                ok(5, Kind.WHOAMI, "", "s2 1", "node-2"),
                ok(6, Kind.RECALL, "", ""),
                ok(7, Kind.SPEAK, "", ALL_LEVELS.substring("debug,".length())));
        assertBroken(verdict, Rule.CONNECTED);
    }

    @Test
    void anotherSessionOnTheSameConnectionIsFound() {
        assertBroken(
                check(NOTHING_RAN, ok(1, Kind.WHOAMI, "", "s1 1", "node-1"), ok(2, Kind.WHOAMI, "", "s2 2", "node-1")),
                Rule.SAME_SESSION);
    }

    @Test
    void twoNodesInOneEpochAreFound() {
        assertBroken(
                check(NOTHING_RAN, ok(1, Kind.WHOAMI, "", "s1 2", "node-1"), ok(2, Kind.WHOAMI, "", "s1 2", "node-2")),
                Rule.ONE_BINDING);
    }

    @Test
    void anOlderEpochIsFound() {
        assertBroken(
                check(NOTHING_RAN, ok(1, Kind.WHOAMI, "", "s1 2", "node-1"), ok(2, Kind.WHOAMI, "", "s1 1", "node-2")),
                Rule.ONE_BINDING);
    }

    @Test
    void anOlderValueThanTheAcknowledgedOneIsFound() {
        assertBroken(
                check(NOTHING_RAN, ok(1, Kind.KEEP, "a", ""), ok(2, Kind.KEEP, "b", ""), ok(3, Kind.RECALL, "", "a")),
                Rule.VALUE_KEPT);
    }

    @Test
    void aValueThatMayHaveBeenKeptMayBeThereOrNot() {
        Event before = ok(1, Kind.KEEP, "a", "");
        Event perhaps = ended(2, Kind.KEEP, "b", Outcome.UNKNOWN);
        assertThat(check(NOTHING_RAN, before, perhaps, ok(3, Kind.RECALL, "", "a"))
                        .holds())
                .isTrue();
        assertThat(check(NOTHING_RAN, before, perhaps, ok(3, Kind.RECALL, "", "b"))
                        .holds())
                .isTrue();
        assertBroken(check(NOTHING_RAN, before, perhaps, ok(3, Kind.RECALL, "", "")), Rule.VALUE_KEPT);
    }

    @Test
    void aValueThatWasNotThereMustNotComeLater() {
        assertBroken(
                check(
                        NOTHING_RAN,
                        ok(1, Kind.KEEP, "a", ""),
                        ended(2, Kind.KEEP, "b", Outcome.UNKNOWN),
                        ok(3, Kind.RECALL, "", "a"),
                        ok(4, Kind.RECALL, "", "b")),
                Rule.VALUE_KEPT);
    }

    @Test
    void aValueWhoseKeepingFailedMustNotBeThere() {
        assertBroken(
                check(NOTHING_RAN, ended(1, Kind.KEEP, "a", Outcome.FAILED), ok(2, Kind.RECALL, "", "a")),
                Rule.VALUE_KEPT);
    }

    @Test
    void aForgottenLogLevelIsFound() {
        assertBroken(
                check(NOTHING_RAN, ok(1, Kind.SET_LEVEL, "error", ""), ok(2, Kind.SPEAK, "", ALL_LEVELS)),
                Rule.LEVEL_KEPT);
    }

    @Test
    void anAcknowledgedOperationThatNeverRanIsFound() {
        assertBroken(check(NOTHING_RAN, ok(1, Kind.COUNT, "", "0:1")), Rule.ACKNOWLEDGED_RAN);
    }

    @Test
    void anOperationThatRanTwiceIsFoundWhateverItsClientWasTold() {
        assertBroken(check(Map.of("0:1", 2), ok(1, Kind.COUNT, "", "0:1")), Rule.RAN_ONCE);
        assertBroken(check(Map.of("0:1", 2), ended(1, Kind.COUNT, "", Outcome.UNKNOWN)), Rule.RAN_ONCE);
    }

    @Test
    void anOperationThatRanThoughItFailedIsFound() {
        assertBroken(check(Map.of("0:1", 1), ended(1, Kind.COUNT, "", Outcome.FAILED)), Rule.FAILED_DID_NOT_RUN);
    }

    @Test
    void anOperationThatNobodyAskedForIsFound() {
        assertBroken(check(Map.of("9:9", 1), ok(1, Kind.PING, "", "")), Rule.ASKED_FOR);
    }

    @Test
    void examplesAreFewAndTheCountIsWhole() {
        HistoryChecker checker = new HistoryChecker();
        for (int at = 0; at < 100; at++) {
            checker.accept(new Stray(at, at, "{}"));
        }
        Verdict verdict = checker.finish(NOTHING_RAN);
        assertThat(verdict.broken()).containsExactly(Map.entry(Rule.ANSWERED_ONCE, 100L));
        assertThat(verdict.examples()).hasSize(5);
    }

    @Test
    void aPauseCountsFromTheFaultAndForItsWindowHoweverLateItEnds() {
        Verdict verdict = check(
                NOTHING_RAN,
                answered(0, 1, 0, 1_000, 0),
                answered(1, 1, 0, 1_000, 0),
                new Mark(5_000, "kill"),
                answered(1, 2, 1_000, 6_000, 0),
                new Mark(8_000, "start"),
                answered(0, 2, 1_000, 11_000, 2_000),
                answered(1, 3, 6_000, 12_000, 3_500));
        assertThat(verdict.windows()).extracting(Window::name).containsExactly("start", "kill", "start");
        assertThat(verdict.windows())
                .extracting(window -> window.pause(1))
                .as("0: 11 - 5 - 2 ms for the kill; 1: 12 - 8 - 3.5 ms for the start")
                .containsExactly(1_000L, 4_000L, 500L);
        assertThat(verdict.windows().get(1).pause(0)).as("client 1").isEqualTo(1_000);
    }

    @Test
    void whoWasNeverServedAgainPausesUntilTheEnd() {
        Verdict verdict = check(
                NOTHING_RAN,
                answered(0, 1, 0, 1_000, 0),
                new Mark(2_000, "kill"),
                ended(2, Kind.PING, "", Outcome.FAILED),
                answered(1, 1, 0, 9_000, 0));
        assertThat(verdict.windows().get(1).pause(1)).isEqualTo(7_000);
    }

    @Test
    void windowsCountWhatEndedInThem() {
        Verdict verdict = check(
                Map.of("0:3", 2),
                ok(1, Kind.PING, "", ""),
                new Mark(2_000, "kill"),
                ended(2, Kind.PING, "", Outcome.UNKNOWN),
                ended(3, Kind.COUNT, "", Outcome.UNKNOWN),
                ended(4, Kind.PING, "", Outcome.FAILED),
                new Closed(0, 6_000, "gone"));
        Window kill = verdict.windows().get(1);
        assertThat(kill.answers()).isEqualTo(3);
        assertThat(kill.ok()).isZero();
        assertThat(kill.failed()).isOne();
        assertThat(kill.unknown()).isEqualTo(2);
        assertThat(kill.unknownRepeatable()).isOne();
        assertThat(kill.closedConnections()).isOne();
        assertThat(kill.duplicates()).isOne();
    }

    private static void assertBroken(Verdict verdict, Rule rule) {
        assertThat(verdict.broken()).containsExactly(Map.entry(rule, 1L));
        assertThat(verdict.examples()).extracting(Violation::rule).containsExactly(rule);
        assertThat(verdict.holds()).isFalse();
    }

    private static Verdict check(Map<String, Integer> executions, Event... history) {
        HistoryChecker checker = new HistoryChecker();
        List.of(history).forEach(checker);
        return checker.finish(executions);
    }

    private static Event ok(int number, Kind kind, String argument, String value, String... node) {
        return operation(
                0,
                number,
                kind,
                argument,
                Outcome.OK,
                value,
                Arrays.stream(node).findFirst().orElse(""));
    }

    private static Event ended(int number, Kind kind, String argument, Outcome outcome) {
        return operation(0, number, kind, argument, outcome, "", "");
    }

    private static Event answered(int client, int number, long invoked, long completed, long hold) {
        return new Operation(client, number, Kind.PING, "", invoked, completed, hold, Outcome.OK, "", "");
    }

    private static Event operation(
            int client, int number, Kind kind, String argument, Outcome outcome, String value, String node) {
        return new Operation(
                client, number, kind, argument, number * 1_000L, (number + 1) * 1_000L, 0, outcome, value, node);
    }
}
