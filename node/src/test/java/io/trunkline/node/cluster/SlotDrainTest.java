package io.trunkline.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import io.trunkline.node.cluster.SlotDrain.Outcome;
import io.trunkline.protocol.control.DescribeNode;
import io.trunkline.protocol.control.NodeDescription;
import io.trunkline.protocol.member.SystemConfig;
import java.time.Duration;
import java.util.HashSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Two nodes as far as draining goes: a desk each, and one of them drains. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlotDrainTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofMillis(300);

    private final ActorTestKit leaving = kit();
    private final ActorTestKit staying = kit();
    private final FakeLoad load = new FakeLoad();

    @BeforeAll
    void join() {
        Cluster founder = Cluster.get(leaving.system());
        founder.manager().tell(Join.create(founder.selfMember().address()));
        Cluster.get(staying.system())
                .manager()
                .tell(Join.create(founder.selfMember().address()));
        await().atMost(PATIENCE)
                .until(() -> StreamSupport.stream(founder.state().getMembers().spliterator(), false)
                                .filter(member -> member.status() == MemberStatus.up())
                                .count()
                        == 2);
    }

    @AfterAll
    void stop() {
        leaving.shutdownTestKit();
        staying.shutdownTestKit();
    }

    @Test
    void theOtherNodeIsToldUntilItHasADeskAndTheDrainEndsWhenNothingIsLeft() {
        load.set(3, 2);
        CompletableFuture<Outcome> done = drain(nodes(leaving), LONG, LONG);
        // Its first words find nobody.
        DrainingNodes noted = nodes(staying);
        assertThat(noted.contains(incarnation(leaving))).isFalse();
        NodeDescription description = new NodeDescription("node-2", incarnation(staying), "127.0.0.1", 1);
        staying.system()
                .systemActorOf(
                        NodeDesk.create(description, noted, changes -> {}, losses -> {}),
                        DescribeNode.DESK,
                        Props.empty());

        await().atMost(PATIENCE).until(() -> noted.contains(incarnation(leaving)));
        assertThat(done).isNotDone();
        load.set(0, 1);
        assertThat(done).isNotDone();
        load.set(0, 0);

        assertThat(done).succeedsWithin(PATIENCE).isEqualTo(Outcome.EMPTY);
    }

    @Test
    void itGivesUpAtItsDeadline() {
        load.set(3, 2);

        assertThat(drain(nodes(leaving), SHORT, LONG)).succeedsWithin(PATIENCE).isEqualTo(Outcome.LATE);
    }

    @Test
    void sessionsWithoutASlotDoNotHoldItUpForLong() {
        load.set(0, 2);

        assertThat(drain(nodes(leaving), LONG, SHORT)).succeedsWithin(PATIENCE).isEqualTo(Outcome.LATE);
    }

    @Test
    void whenTheOthersDrainTooThereIsNothingToWaitFor() {
        load.set(3, 2);
        DrainingNodes draining = nodes(leaving);
        assertThat(draining.note(incarnation(staying))).isTrue();

        assertThat(drain(draining, LONG, LONG)).succeedsWithin(PATIENCE).isEqualTo(Outcome.NOWHERE);
    }

    private CompletableFuture<Outcome> drain(DrainingNodes draining, Duration deadline, Duration lastWords) {
        CompletableFuture<Outcome> done = new CompletableFuture<>();
        leaving.spawn(SlotDrain.create("node", draining, load, new SlotDrain.Deadlines(deadline, lastWords), done));
        return done;
    }

    private static DrainingNodes nodes(ActorTestKit kit) {
        return new DrainingNodes(() -> StreamSupport.stream(
                        Cluster.get(kit.system()).state().getMembers().spliterator(), false)
                .map((Member member) -> member.uniqueAddress().longUid())
                .collect(Collectors.toCollection(HashSet::new)));
    }

    private static long incarnation(ActorTestKit kit) {
        return Cluster.get(kit.system()).selfMember().uniqueAddress().longUid();
    }

    private static ActorTestKit kit() {
        return ActorTestKit.create("trunkline", ConfigFactory.parseString("""
                pekko.cluster.roles = [node]
                pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                pekko.remote.artery.bind { hostname = "127.0.0.1", port = 0 }
                pekko.jvm-exit-on-fatal-error = off
                pekko.coordinated-shutdown.run-by-jvm-shutdown-hook = off
                pekko.loglevel = WARNING
                """).withFallback(SystemConfig.load()));
    }

    private static final class FakeLoad implements SlotDrain.Load {
        private volatile int slots;
        private volatile int sessions;

        void set(int slotsNow, int sessionsNow) {
            slots = slotsNow;
            sessions = sessionsNow;
        }

        @Override
        public int slots() {
            return slots;
        }

        @Override
        public int sessions() {
            return sessions;
        }
    }
}
