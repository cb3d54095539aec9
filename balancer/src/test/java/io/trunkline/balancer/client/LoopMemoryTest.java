package io.trunkline.balancer.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.protocol.memory.MemoryBudget;
import io.trunkline.protocol.metrics.Metrics;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopMemoryTest {
    private static final int LIMIT = 1_000_000;

    private final EmbeddedChannel home = new EmbeddedChannel();
    private final EventLoop loop = home.eventLoop();
    private final MemoryBudget budget = new MemoryBudget(LIMIT);
    private final LoopMemory memory = new ClientMemory(budget, new Metrics(), loop).of(loop);
    private final List<Client> clients = new ArrayList<>();
    private final List<Client> shed = new ArrayList<>();

    @AfterEach
    void nothingIsCountedForClientsThatAreGone() {
        clients.forEach(client -> client.account.close());
        assertThat(budget.used()).isZero();
        assertThat(memory.heavy()).isZero();
    }

    @Test
    void theHeaviestAreShedFirstAndTheLightNever() {
        Client light = client(LoopMemory.LIGHT);
        Client heavy = client(300_000);
        Client heavier = client(350_000);
        client(295_000);
        memory.act(1);
        assertThat(shed).containsExactly(heavier);
        heavy.account.take(310_000);
        home.runPendingTasks();
        assertThat(shed).containsExactly(heavier, heavy);
        assertThat(light.account.bytes()).isEqualTo(LoopMemory.LIGHT);
    }

    @Test
    void whatDoesNotFitCostsAHeavyClientItselfAndForALightOneTheHeaviest() {
        Client light = client(100);
        Client heavy = client(450_000);
        Client heavier = client(520_000);
        assertThat(heavy.account.room(1)).isFalse();
        assertThat(shed).isEmpty();
        assertThat(light.account.room(1000)).isTrue();
        assertThat(shed).containsExactly(heavier);
        assertThat(heavy.account.room(1)).isTrue();
    }

    @Test
    void whereNobodyHoldsMuchNothingIsTakenBeyondTheLimit() {
        List<Client> light = new ArrayList<>();
        for (int i = 0; i < 62; i++) {
            light.add(client(16_000));
        }
        assertThat(light.get(0).account.room(1_000)).isTrue();
        assertThat(light.get(0).account.room(10_000)).isFalse();
        assertThat(shed).isEmpty();
    }

    @Test
    void whoHoldsMuchIsHeldBackFromEightyFivePerCentUntilBelowEighty() {
        Client light = client(10);
        Client heavy = client(100_000);
        Client other = client(760_000);
        memory.act(1);
        assertThat(heavy.heldBack && other.heldBack).isTrue();
        assertThat(light.heldBack).isFalse();
        other.account.giveBack(40_000);
        memory.act(2);
        assertThat(heavy.heldBack).as("at 82 %").isTrue();
        heavy.account.giveBack(90_000);
        home.runPendingTasks();
        assertThat(heavy.heldBack).as("light by now").isFalse();
        other.account.giveBack(1);
        memory.act(3);
        assertThat(other.heldBack).isFalse();
    }

    @Test
    void whoIsHeldUpAndLetsGoOfNothingIsShedAfterAWhile() {
        Client stuck = client(400_000);
        Client busy = client(350_000);
        memory.act(1);
        assertThat(stuck.account.mayGrow()).isFalse();
        assertThat(busy.account.mayGrow()).isFalse();
        busy.account.giveBack(50_000);
        memory.act(System.nanoTime() + LoopMemory.PATIENCE_NANOS / 2);
        assertThat(shed).isEmpty();
        memory.act(System.nanoTime() + 2 * LoopMemory.PATIENCE_NANOS);
        assertThat(shed).containsExactly(stuck);
    }

    @Test
    void aFewBytesAreNoProgress() {
        Client drips = client(450_000);
        Client other = client(410_000);
        memory.act(1);
        long now = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            drips.account.giveBack(100);
            other.account.giveBack(6_000);
            memory.act(now + i * LoopMemory.PATIENCE_NANOS / 10);
        }
        assertThat(shed).isEmpty();
        memory.act(now + 2 * LoopMemory.PATIENCE_NANOS);
        assertThat(shed).containsExactly(drips);
    }

    @Test
    void whatIsReadIsNoProgressHoweverItIsKept() {
        Client drips = client(0);
        drips.account.input(450_000);
        client(420_000);
        memory.act(1);
        drips.account.input(300_000);
        drips.account.input(455_000);
        memory.act(System.nanoTime() + 2 * LoopMemory.PATIENCE_NANOS);
        assertThat(shed).containsExactly(drips);
    }

    @Test
    void aClientThatLetsGoOfMuchHasTimeAgain() {
        Client busy = client(870_000);
        memory.act(1);
        busy.account.giveBack(120_000);
        busy.account.take(120_000);
        long later = System.nanoTime() + 2 * LoopMemory.PATIENCE_NANOS;
        memory.act(later);
        memory.act(later + LoopMemory.PATIENCE_NANOS);
        assertThat(shed).isEmpty();
        memory.act(later + 2 * LoopMemory.PATIENCE_NANOS);
        assertThat(shed).containsExactly(busy);
    }

    @Test
    void aClientThatIsReadAgainForAMomentIsStuckAllTheSameUntilMemoryIsCalm() {
        Client stuck = client(450_000);
        Client other = client(420_000);
        memory.act(1);
        assertThat(stuck.heldBack).isTrue();
        other.account.giveBack(100_000);
        memory.act(2);
        assertThat(stuck.heldBack).as("tight, not scarce").isFalse();
        stuck.account.take(90_000);
        memory.act(System.nanoTime() + 2 * LoopMemory.PATIENCE_NANOS);
        assertThat(shed).containsExactly(stuck);
    }

    @Test
    void noneIsStuckOnceMemoryWasCalm() {
        Client waited = client(450_000);
        Client other = client(420_000);
        memory.act(1);
        other.account.giveBack(400_000);
        memory.act(2);
        client(300_000);
        memory.act(System.nanoTime() + 2 * LoopMemory.PATIENCE_NANOS);
        assertThat(waited.heldBack).isFalse();
        assertThat(shed).isEmpty();
    }

    @Test
    void smallChangesAreToldInSteps() {
        Client client = client(1000);
        assertThat(budget.used()).isZero();
        client.account.take(LIMIT / 256);
        assertThat(budget.used()).isEqualTo(client.account.bytes());
        client.account.giveBack(10);
        assertThat(budget.used()).isEqualTo(client.account.bytes() + 10);
    }

    @Test
    void nothingIsCountedAfterTheEnd() {
        Client client = client(50_000);
        client.account.close();
        client.account.take(7);
        client.account.input(7);
        client.account.output(7);
        client.account.giveBack(7);
        assertThat(client.account.bytes()).isZero();
        assertThat(budget.used()).isZero();
    }

    private Client client(long bytes) {
        Client client = new Client(memory);
        client.account.take(bytes);
        clients.add(client);
        return client;
    }

    private final class Client implements Tenant {
        final Account account;
        boolean heldBack;

        Client(LoopMemory of) {
            account = of.account(this);
        }

        @Override
        public void holdBack(boolean back) {
            heldBack = back;
        }

        @Override
        public void shed() {
            shed.add(this);
            account.close();
        }
    }
}
