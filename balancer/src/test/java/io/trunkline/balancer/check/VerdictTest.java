package io.trunkline.balancer.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VerdictTest {
    private final Verdict verdict = new Verdict(2, 3);

    @Test
    void threeBadChecksInARowTakeDownAndTwoGoodOnesBringBack() {
        assertThat(verdict.after(false)).isTrue();
        assertThat(verdict.after(false)).isTrue();
        assertThat(verdict.after(true)).isTrue();
        assertThat(verdict.after(false)).isTrue();
        assertThat(verdict.after(false)).isTrue();
        assertThat(verdict.after(false)).isFalse();
        assertThat(verdict.after(true)).isFalse();
        assertThat(verdict.after(false)).isFalse();
        assertThat(verdict.after(true)).isFalse();
        assertThat(verdict.after(true)).isTrue();
    }
}
