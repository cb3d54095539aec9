package io.trunkline.protocol.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.protocol.memory.MemoryBudget.Level;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private final MemoryBudget budget = new MemoryBudget(1000);

    @Test
    void theLevelRisesAndFallsWithWhatIsHeld() {
        assertThat(budget.level()).isEqualTo(Level.ROOMY);
        budget.take(700);
        assertThat(budget.level()).isEqualTo(Level.TIGHT);
        budget.take(150);
        assertThat(budget.level()).isEqualTo(Level.SCARCE);
        budget.take(100);
        assertThat(budget.level()).isEqualTo(Level.EXHAUSTED);
        budget.giveBack(300);
        assertThat(budget.level()).isEqualTo(Level.ROOMY);
        assertThat(budget.used()).isEqualTo(650);
        assertThat(budget.peak()).isEqualTo(950);
    }

    @Test
    void whatNeedNotComeIsRefusedBeyondTheLimitAndWhatIsThereIsCounted() {
        assertThat(budget.tryTake(1000)).isTrue();
        assertThat(budget.tryTake(1)).isFalse();
        assertThat(budget.used()).isEqualTo(1000);
        budget.take(500);
        assertThat(budget.used()).isEqualTo(1500);
    }

    @Test
    void aClientThatIsGoneHoldsNothing() {
        Held client = new Held(budget);
        client.take(300);
        assertThat(client.tryTake(200)).isTrue();
        assertThat(client.tryTake(501)).isFalse();
        client.giveBack(100);
        assertThat(client.bytes()).isEqualTo(400);
        client.clear();
        assertThat(client.bytes()).isZero();
        assertThat(budget.used()).isZero();
    }

    @Test
    void aBudgetOfNothingIsRefused() {
        assertThatThrownBy(() -> new MemoryBudget(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("limit: 0 (expected: > 0)");
    }
}
