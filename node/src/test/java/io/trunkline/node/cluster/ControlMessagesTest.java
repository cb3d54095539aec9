package io.trunkline.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.trunkline.node.session.Outlet;
import io.trunkline.node.session.Session;
import io.trunkline.protocol.control.CallLost;
import io.trunkline.protocol.control.ChangesAnnounced;
import io.trunkline.protocol.control.DescribeNode;
import io.trunkline.protocol.control.DeskCommand;
import io.trunkline.protocol.control.DrainNoted;
import io.trunkline.protocol.control.NodeDescription;
import io.trunkline.protocol.control.NodeDrains;
import io.trunkline.protocol.control.TaskRepeated;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.member.SystemConfig;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.session.Owner;
import io.trunkline.protocol.session.SessionId;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.jackson.JacksonCborSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What nodes send to other members, and what they must never send; and the actors that answer or are started by it. */
class ControlMessagesTest {
    private static final ActorTestKit KIT =
            ActorTestKit.create(ConfigFactory.parseString("""
            pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
            pekko.jvm-exit-on-fatal-error = off
            pekko.loglevel = WARNING
            """).withFallback(SystemConfig.load()));
    private static final NodeDescription DESCRIPTION = new NodeDescription("node-1", Long.MIN_VALUE, "127.0.0.1", 9001);

    private final Serialization serialization =
            SerializationExtension.get(KIT.system().classicSystem());

    /** An outlet that is never used. */
    private enum NoOutlet implements Outlet {
        NONE;

        @Override
        public void opened(ActorRef<Session.Command> session) {}

        @Override
        public void send(byte[] message, int answers) {}

        @Override
        public void done(int number) {}

        @Override
        public void consumed(int bytes) {}

        @Override
        public void checkpoint(byte[] state) {}

        @Override
        public void reset(Reason reason, int handled, String text) {}
    }

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @Test
    void theQuestionAndItsAnswerSurviveTheWay() {
        TestProbe<NodeDescription> asker = KIT.createTestProbe();

        KIT.serializationTestKit().verifySerialization(new DescribeNode(asker.getRef()), true);
        KIT.serializationTestKit().verifySerialization(DESCRIPTION, true);
        assertThat(serialization.findSerializerFor(DESCRIPTION)).isInstanceOf(JacksonCborSerializer.class);
        assertThat(serialization.findSerializerFor(new DescribeNode(asker.getRef())))
                .isInstanceOf(JacksonCborSerializer.class);
    }

    @Test
    void theWordThatStartsAKeeperSurvivesTheWay() {
        ShardingEnvelope<Session.Command> word = new ShardingEnvelope<>("AD.slot", Session.Hold.HOLD);

        assertThat(KIT.serializationTestKit().verifySerialization(Session.Hold.HOLD, true))
                .isSameAs(Session.Hold.HOLD);
        KIT.serializationTestKit().verifySerialization(word, true);
        assertThat(serialization.findSerializerFor(Session.Hold.HOLD)).isInstanceOf(JacksonCborSerializer.class);
    }

    @Test
    void whatIsBoundToAStreamNeverLeavesTheNode() {
        Session.Open open = new Session.Open(NoOutlet.NONE, 1, "tcp", "127.0.0.1:1", Bytes.EMPTY, "", Owner.NOBODY);

        assertThatThrownBy(() -> KIT.serializationTestKit().verifySerialization(open, true))
                .isInstanceOf(Exception.class);
        assertThatThrownBy(() -> KIT.serializationTestKit()
                        .verifySerialization(new ShardingEnvelope<>("AD", (Session.Command) open), true))
                .isInstanceOf(Exception.class);
    }

    @Test
    void theDeskAnswersWhoeverAsks() {
        TestProbe<NodeDescription> asker = KIT.createTestProbe();
        ActorRef<DeskCommand> desk =
                KIT.spawn(NodeDesk.create(DESCRIPTION, new DrainingNodes(Set::of), changes -> {}, losses -> {}));

        desk.tell(new DescribeNode(asker.getRef()));
        desk.tell(new DescribeNode(asker.getRef()));

        asker.expectMessage(DESCRIPTION);
        asker.expectMessage(DESCRIPTION);
    }

    @Test
    void theDeskNotesMembersThatDrainAndAnswersOnceItHas() {
        TestProbe<DrainNoted> drain = KIT.createTestProbe();
        Set<Long> members = ConcurrentHashMap.newKeySet();
        DrainingNodes draining = new DrainingNodes(() -> members);
        ActorRef<DeskCommand> desk = KIT.spawn(NodeDesk.create(DESCRIPTION, draining, changes -> {}, losses -> {}));
        NodeDrains drains = new NodeDrains(7, drain.getRef());
        KIT.serializationTestKit().verifySerialization(drains, true);
        KIT.serializationTestKit().verifySerialization(new DrainNoted(Long.MAX_VALUE), true);

        desk.tell(drains);
        drain.expectNoMessage(Duration.ofMillis(100));
        members.add(7L);
        desk.tell(drains);
        desk.tell(drains);

        drain.expectMessage(new DrainNoted(Long.MIN_VALUE));
        drain.expectMessage(new DrainNoted(Long.MIN_VALUE));
        assertThat(draining.contains(7)).isTrue();
        // Once it is gone it makes room for the next.
        members.clear();
        members.add(8L);
        assertThat(draining.note(8)).isTrue();
        assertThat(draining.contains(7)).isFalse();
    }

    @Test
    void theDeskHandsOnWhatHasChangedOnAnotherNode() {
        TestProbe<List<String>> clients = KIT.createTestProbe();
        ActorRef<DeskCommand> desk = KIT.spawn(NodeDesk.create(
                DESCRIPTION,
                new DrainingNodes(Set::of),
                changes -> clients.ref().tell(List.copyOf(changes)),
                losses -> {}));
        ChangesAnnounced announced =
                new ChangesAnnounced(List.of("notifications/tools/list_changed", "test://\u00e4\ud83d\ude00"));
        KIT.serializationTestKit().verifySerialization(announced, true);
        assertThat(serialization.findSerializerFor(announced)).isInstanceOf(JacksonCborSerializer.class);

        desk.tell(announced);

        clients.expectMessage(announced.changes());
    }

    @Test
    void theDeskHandsOnWhatWasLostWithOtherNodes() {
        TestProbe<DeskCommand> guard = KIT.createTestProbe();
        ActorRef<DeskCommand> desk = KIT.spawn(NodeDesk.create(
                DESCRIPTION,
                new DrainingNodes(Set::of),
                changes -> {},
                lost -> guard.ref().tell(lost)));
        for (DeskCommand lost : List.of(new CallLost("tool", "alice", "node-2", 2), new TaskRepeated("AR", true))) {
            KIT.serializationTestKit().verifySerialization(lost, true);
            assertThat(serialization.findSerializerFor(lost)).isInstanceOf(JacksonCborSerializer.class);
            desk.tell(lost);
            guard.expectMessage(lost);
        }
    }

    @Test
    void theLargestAnnouncementFitsIntoAFrame() {
        String longest = "\u8a9e".repeat(ChangesAnnounced.MAX_CHARACTERS / 16);
        ChangesAnnounced largest = new ChangesAnnounced(Collections.nCopies(16, longest));

        assertThat(serialization.serialize(largest).get().length)
                .isLessThan(KIT.system()
                        .settings()
                        .config()
                        .getBytes("pekko.remote.artery.advanced.maximum-frame-size")
                        .intValue());
    }

    @Test
    void aKeepersLifeTellsWhereItsSlotIs() {
        HostedSlots hosted = new HostedSlots();
        TestProbe<Object> watcher = KIT.createTestProbe();
        List<Integer> moved = new CopyOnWriteArrayList<>();
        ActorRef<Session.Command> keeper = KIT.spawn(SlotKeeper.create(200, hosted, moved::add));
        keeper.tell(Session.Hold.HOLD);
        watcher.awaitAssert(() -> assertThat(hosted.hosts(200)).isTrue());

        keeper.tell(Session.HandOff.HAND_OFF);

        watcher.expectTerminated(keeper, Duration.ofSeconds(10));
        assertThat(hosted.slots().size()).isZero();
        assertThat(moved).containsExactly(200);
    }

    @Test
    void aSessionsIdNeverNamesAKeeper() {
        String keeper = SlotKeeper.entityId("AD");

        assertThat(SlotKeeper.isKeeper(keeper)).isTrue();
        assertThat(SlotKeeper.isKeeper(SessionId.mint(3))).isFalse();
        assertThat(SessionId.slotOf(keeper)).isEqualTo(-1);
    }
}
