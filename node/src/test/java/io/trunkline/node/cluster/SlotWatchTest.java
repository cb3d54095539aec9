package io.trunkline.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.trunkline.node.session.Session;
import io.trunkline.protocol.session.SessionId;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SlotWatchTest {
    private static final int SLOTS = 70;

    private final ActorTestKit kit = ActorTestKit.create(ConfigFactory.parseString("""
            pekko.actor.provider = cluster
            pekko.actor.allow-java-serialization = off
            pekko.cluster.roles = [node]
            pekko.cluster.jmx.enabled = off
            pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
            pekko.loglevel = WARNING
            """));
    private final TestProbe<ShardingEnvelope<Session.Command>> region = kit.createTestProbe();

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
    }

    @Test
    void theOldestNodeSendsEverySlotAWordAgainAndAgain() {
        Duration soon = Duration.ofMillis(50);
        kit.spawn(SlotWatch.create(
                "node", SLOTS, region.getRef(), new SlotSettings(soon, 1, Duration.ofSeconds(15), soon, 4, 16)));
        // Nobody is up yet, so nobody is the oldest.
        region.expectNoMessage(Duration.ofMillis(300));
        Cluster cluster = Cluster.get(kit.system());
        cluster.manager().tell(Join.create(cluster.selfMember().address()));

        expectRound();
        expectRound();
    }

    private void expectRound() {
        for (int slot = 0; slot < SLOTS; slot++) {
            ShardingEnvelope<Session.Command> envelope = region.receiveMessage(Duration.ofSeconds(30));
            assertThat(envelope.entityId()).isEqualTo(SessionId.slotPrefix(slot) + ".slot");
            assertThat(SlotKeeper.isKeeper(envelope.entityId())).isTrue();
            assertThat(SessionId.prefixSlot(envelope.entityId())).isEqualTo(slot);
            assertThat(envelope.message()).isEqualTo(Session.Hold.HOLD);
        }
    }
}
