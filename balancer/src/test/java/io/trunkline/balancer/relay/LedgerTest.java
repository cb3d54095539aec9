package io.trunkline.balancer.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private final Ledger ledger = new Ledger(3, 100);

    @Test
    void numbersMessagesFromOneAndHandsThemOutInOrder() {
        add(10);
        add(20);
        assertThat(unsent()).isEqualTo(1);
        ledger.sent();
        assertThat(unsent()).isEqualTo(2);
        ledger.sent();
        assertThat(ledger.nextUnsent()).isNull();
        assertThat(ledger.size()).isEqualTo(2);
    }

    @Test
    void settlesEachMessageOnceInAnyOrder() {
        sent(10);
        sent(20);
        assertThat(ledger.settle(2)).isNotNull();
        assertThat(ledger.settle(2)).isNull();
        assertThat(ledger.isEmpty()).isFalse();
        assertThat(ledger.settle(1)).isNotNull();
        assertThat(ledger.settle(3)).isNull();
        assertThat(ledger.isEmpty()).isTrue();
    }

    @Test
    void isFullWhileAMessageHasNotBeenSent() {
        assertThat(ledger.full()).isFalse();
        add(1);
        assertThat(ledger.full()).isTrue();
        ledger.sent();
        assertThat(ledger.full()).isFalse();
    }

    @Test
    void isFullWithAsManyMessagesAsAllowed() {
        sent(1);
        sent(1);
        assertThat(ledger.full()).isFalse();
        sent(1);
        assertThat(ledger.full()).isTrue();
        ledger.settle(2);
        assertThat(ledger.full()).isFalse();
    }

    @Test
    void isFullWithAsManyBytesAsAllowed() {
        sent(99);
        assertThat(ledger.full()).isFalse();
        sent(1);
        assertThat(ledger.full()).isTrue();
        ledger.settle(1);
        assertThat(ledger.full()).isFalse();
    }

    @Test
    void whatALostNodeHadInFullMayHaveRun() {
        sent(10);
        add(10);
        Objects.requireNonNull(ledger.nextUnsent()).sent = 10;
        ledger.sent();
        add(10);
        Objects.requireNonNull(ledger.nextUnsent()).sent = 5;
        add(10);
        assertThat(ledger.countMayHaveRun()).isZero();
        Objects.requireNonNull(ledger.oldest()).sent = 10;
        ledger.cutOff();
        assertThat(ledger.countMayHaveRun()).isEqualTo(2);
        assertThat(mayHaveRun()).containsExactly(true, true, false, false);
    }

    @Test
    void whatWasTakenUpAndHandedOverMayHaveRun() {
        sent(1);
        sent(1);
        sent(1);
        add(1);
        ledger.handOver(2);
        assertThat(mayHaveRun()).containsExactly(true, true, false, false);
    }

    @Test
    void whatMayHaveRunOnceStaysSo() {
        sent(1);
        ledger.handOver(1);
        ledger.cutOff();
        assertThat(mayHaveRun()).containsExactly(true);
    }

    @Test
    void takesOutUnsentMessagesToo() {
        sent(1);
        add(1);
        add(1);
        assertThat(all()).containsExactly(1, 2, 3);
        assertThat(ledger.nextUnsent()).isNull();
        assertThat(ledger.isEmpty()).isTrue();
        assertThat(ledger.full()).isFalse();
    }

    @Test
    void startsAgainWithEverythingThatIsLeft() {
        sent(10);
        sent(10);
        add(10);
        Objects.requireNonNull(ledger.nextUnsent()).sent = 5;
        ledger.settle(1);
        ledger.cutOff();
        List<Integer> again = new ArrayList<>();
        for (Ledger.Entry next = ledger.nextUnsent(); next != null; next = ledger.nextUnsent()) {
            assertThat(next.sent).isZero();
            again.add(next.number);
            ledger.sent();
        }
        assertThat(again).containsExactly(2, 3);
    }

    @Test
    void aMessageThatEndsBeforeItWasSentIsNotSentAnyMore() {
        add(1);
        add(1);
        ledger.settle(1);
        assertThat(unsent()).isEqualTo(2);
    }

    @Test
    void numbersGoOnBelowZeroAndLeaveOutZero() {
        Ledger old = new Ledger(10, 100, Integer.MAX_VALUE - 1);
        old.add(new byte[1], 0);
        old.add(new byte[1], 0);
        old.handOver(Integer.MAX_VALUE);
        assertThat(Objects.requireNonNull(old.take()).mayHaveRun).isTrue();
        assertThat(Objects.requireNonNull(old.oldest()).mayHaveRun).isFalse();
        Ledger.Entry next = old.take();
        assertThat(next).isNotNull();
        assertThat(Objects.requireNonNull(next).number).isEqualTo(Integer.MIN_VALUE);
        Ledger older = new Ledger(10, 100, -1);
        older.add(new byte[1], 0);
        assertThat(Objects.requireNonNull(older.nextUnsent()).number).isEqualTo(1);
    }

    private void add(int bytes) {
        ledger.add(new byte[bytes], 0);
    }

    private void sent(int bytes) {
        add(bytes);
        ledger.sent();
    }

    private int unsent() {
        return Objects.requireNonNull(ledger.nextUnsent()).number;
    }

    @Test
    void countsTheNodesThatWereLostWithAMessageAndNoOthers() {
        ledger.add(new byte[3], 0);
        Ledger.Entry entry = Objects.requireNonNull(ledger.oldest());
        assertThat(entry.attempts()).isZero();
        ledger.cutOff();
        assertThat(entry.losses).as("no node had it").isZero();
        entry.sent = 3;
        ledger.handOver(1);
        assertThat(entry.losses).as("an orderly move").isZero();
        assertThat(entry.attempts()).isEqualTo(1);
        entry.sent = 3;
        ledger.cutOff();
        assertThat(entry.spent()).isFalse();
        entry.sent = 2;
        ledger.cutOff();
        assertThat(entry.losses).as("the node had a part").isEqualTo(1);
        entry.sent = 3;
        ledger.refused();
        ledger.cutOff();
        assertThat(entry.losses).as("the node has refused it").isEqualTo(1);
        entry.sent = 3;
        ledger.cutOff();
        assertThat(entry.spent()).isTrue();
        entry.sent = 3;
        ledger.cutOff();
        assertThat(entry.attempts())
                .as("a node that had a spent one did not run it")
                .isEqualTo(2);
    }

    private List<Boolean> mayHaveRun() {
        List<Boolean> marks = new ArrayList<>();
        for (Ledger.Entry entry = ledger.take(); entry != null; entry = ledger.take()) {
            assertThat(entry.sent).isZero();
            marks.add(entry.mayHaveRun);
        }
        return marks;
    }

    private List<Integer> all() {
        List<Integer> taken = new ArrayList<>();
        for (Ledger.Entry entry = ledger.take(); entry != null; entry = ledger.take()) {
            taken.add(entry.number);
        }
        return taken;
    }
}
