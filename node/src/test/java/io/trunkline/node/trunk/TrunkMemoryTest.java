package io.trunkline.node.trunk;

import static io.trunkline.node.trunk.EmbeddedEdge.data;
import static io.trunkline.node.trunk.TestTrunks.WINDOW;
import static io.trunkline.node.trunk.TestTrunks.open;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.node.session.Outlet;
import io.trunkline.node.session.Session;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.memory.MemoryBudget;
import io.trunkline.protocol.refusal.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many clients hold what one node has for all of them. */
class TrunkMemoryTest {
    private static final int LIMIT = 1024 * 1024;
    private static final int CLIENTS = 16;

    private final TestTrunks node =
            new TestTrunks(TestTrunks.settings(Duration.ofSeconds(5), Duration.ofSeconds(60), 100, 100), LIMIT);
    private final MemoryBudget budget = node.memory.budget();
    private final EmbeddedEdge edge = EmbeddedEdge.letIn(node);
    private final List<TestInbox<Session.Command>> sessions = new ArrayList<>();
    private final List<Outlet> outlets = new ArrayList<>();

    @AfterEach
    void everythingIsGivenBack() {
        edge.close();
        assertThat(budget.used()).isZero();
        node.close();
    }

    @Test
    void clientsThatDoNotReadHoldNoMoreThanTheBudgetAndTheHeaviestAreEnded() {
        openAll();
        for (int round = 0; round < 4; round++) {
            for (int client = 1; client < CLIENTS; client++) {
                outlets.get(client).send(new byte[30 * 1024 * (client % 3 + 1)], 0);
                assertThat(budget.used()).isLessThanOrEqualTo(LIMIT);
            }
        }
        List<Frame.Reset> ended = resets(edge.heard());
        assertThat(ended).isNotEmpty().hasSizeLessThan(CLIENTS);
        assertThat(ended).extracting(Frame.Reset::reason).containsOnly(Reason.OVERLOADED);
        assertThat(ended).extracting(Frame.Reset::stream).doesNotContain(1);
        assertThat(budget.level()).isLessThan(MemoryBudget.Level.EXHAUSTED);
        assertThat(node.metrics
                        .counter("trunkline.memory.shed", Map.of("reason", "heaviest"))
                        .total())
                .isEqualTo(ended.size());
        int first = ended.get(0).stream();
        assertThat(sessions.get(first - 1).getAllReceived()).hasAtLeastOneElementOfType(Session.Closed.class);

        outlets.get(0).send("{}".getBytes(UTF_8), 1);
        assertThat(edge.heard()).as("a light client is answered").hasOnlyElementsOfType(Frame.Data.class);
    }

    @Test
    void whoReadsItsAnswersHoldsNothing() {
        openAll();
        for (int round = 0; round < 100; round++) {
            outlets.get(1).send(new byte[100 * 1024], 0);
            int read = edge.heard().stream()
                    .mapToInt(frame -> ((Frame.Data) frame).payload().readableBytes())
                    .sum();
            edge.say(new Frame.Credit(2, Math.max(1, read)));
            edge.say(new Frame.Credit(2, 100 * 1024));
            edge.heard();
        }
        assertThat(budget.used()).isZero();
    }

    @Test
    void aClientThatHoldsMuchIsGrantedNothingWhileMemoryIsTight() {
        openAll();
        hold(LIMIT / 100 * 60);
        outlets.get(1).send(new byte[WINDOW + 120 * 1024], 0);
        edge.heard();
        assertThat(budget.level()).isEqualTo(MemoryBudget.Level.TIGHT);
        ask(2);
        assertThat(edge.heard()).as("it does not read").isEmpty();
        ask(1);
        assertThat(edge.heard()).as("a light one").hasAtLeastOneElementOfType(Frame.Credit.class);
        hold(-LIMIT / 100 * 60);
        tick();
        assertThat(edge.heard()).hasAtLeastOneElementOfType(Frame.Credit.class);
    }

    @Test
    void aWholeMessageIsCountedUntilTheSessionHasDealtWithIt() {
        openAll();
        edge.say(data(1, 1, true, 16 * 1024));
        assertThat(budget.used()).isEqualTo(16 * 1024);
        outlets.get(0).consumed(16 * 1024);
        assertThat(budget.used()).isZero();
        edge.say(data(1, 2, false, 16 * 1024), data(1, 2, false, 16 * 1024));
        assertThat(budget.used()).isEqualTo(32 * 1024);
        edge.say(data(1, 2, true, 1));
        assertThat(budget.used()).isEqualTo(32 * 1024 + 1);
        outlets.get(0).consumed(32 * 1024 + 1);
        assertThat(budget.used()).isZero();
    }

    @Test
    void whatHoldsUpOthersForTooLongIsEnded() {
        openAll();
        hold(LIMIT / 100 * 80);
        for (int piece = 0; piece < 4; piece++) {
            edge.say(data(2, 1, false, 15 * 1024));
        }
        assertThat(budget.level()).isEqualTo(MemoryBudget.Level.SCARCE);
        for (int look = 0; look < 22; look++) {
            tick();
        }
        assertThat(resets(edge.heard())).extracting(Frame.Reset::stream).containsExactly(2);
        hold(-LIMIT / 100 * 80);
    }

    @Test
    void aFailedAllocationCostsTheClientAtHand() {
        openAll();
        edge.buffers.failing(true);
        outlets.get(1).send(new byte[WINDOW], 0);
        outlets.get(1).send(new byte[WINDOW], 0);
        edge.buffers.failing(false);
        assertThat(edge.isOpen()).isTrue();
        assertThat(node.metrics
                        .counter("trunkline.memory.failed.allocations", Map.of())
                        .total())
                .isPositive();
        outlets.get(0).send("{}".getBytes(UTF_8), 1);
        tick();
        List<Frame> heard = edge.heard();
        assertThat(resets(heard)).extracting(Frame.Reset::stream).containsExactly(2);
        assertThat(heard).anyMatch(frame -> frame instanceof Frame.Data data && data.stream() == 1);
    }

    private void openAll() {
        for (int client = 1; client <= CLIENTS; client++) {
            edge.say(open(client));
            TestInbox<Session.Command> session = TestInbox.create();
            Outlet outlet = node.nextOpened().outlet();
            outlet.opened(session.getRef());
            sessions.add(session);
            outlets.add(outlet);
        }
        edge.heard();
    }

    /** Half a window and a bit, which is to be granted again. */
    private void ask(int client) {
        edge.say(data(client, 1, true, 16 * 1024), data(client, 2, true, 16 * 1024), data(client, 3, true, 1024));
        outlets.get(client - 1).consumed(16 * 1024);
        outlets.get(client - 1).consumed(16 * 1024);
        outlets.get(client - 1).consumed(1024);
    }

    private void hold(long bytes) {
        budget.take(bytes);
    }

    private void tick() {
        edge.node.advanceTimeBy(251, TimeUnit.MILLISECONDS);
        edge.node.runScheduledPendingTasks();
    }

    private static List<Frame.Reset> resets(List<Frame> heard) {
        return heard.stream()
                .filter(Frame.Reset.class::isInstance)
                .map(Frame.Reset.class::cast)
                .toList();
    }
}
