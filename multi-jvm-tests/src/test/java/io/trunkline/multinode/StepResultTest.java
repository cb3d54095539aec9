package io.trunkline.multinode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.trunkline.multinode.StepResult.Status;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class StepResultTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void isReadBackFromItsLineWhateverItsTextHolds() {
        StepResult result = new StepResult("step", Status.FAILED, NOON, "two\nlines\tand a täb");
        assertThat(result.toLine()).doesNotContain("\n");
        assertThat(StepResult.parse(result.toLine())).isEqualTo(result);
    }

    @Test
    void refusesALineThatWasCutOff() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StepResult.parse("step\tPASSED\t17"))
                .withMessageContaining("3 fields (expected: 4)");
    }

    @Test
    void aClosedBarrierIsAConsequence() {
        assertThat(new StepResult("step", Status.FAILED, NOON, "java.lang.RuntimeException: barrier failed: cut"))
                .matches(StepResult::isConsequence);
        assertThat(new StepResult("step", Status.FAILED, NOON, "expected: 42"))
                .matches(result -> !result.isConsequence());
    }
}
