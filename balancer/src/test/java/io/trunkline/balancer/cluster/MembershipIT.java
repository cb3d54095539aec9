package io.trunkline.balancer.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.protocol.control.DescribeNode;
import io.trunkline.protocol.control.NodeDescription;
import io.trunkline.protocol.member.HostPort;
import io.trunkline.protocol.member.Member;
import io.trunkline.protocol.member.MemberSettings;
import io.trunkline.protocol.member.SystemConfig;
import io.trunkline.protocol.metrics.Metrics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Leave;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A cluster of one member, which is the node that is watched. */
@Timeout(60)
class MembershipIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Member<Void> member = start();
    private final Cluster cluster = Cluster.get(member.system());
    private final NodeDescription description =
            new NodeDescription("node-7", cluster.selfMember().uniqueAddress().longUid(), "127.0.0.1", 9007);
    private final List<KnownMembers> published = new CopyOnWriteArrayList<>();
    private final AtomicInteger questions = new AtomicInteger();

    @AfterEach
    void stop() {
        ActorTestKit.shutdown(member.system(), PATIENCE);
    }

    @Test
    void asksEachNodeUntilItAnswersAndTellsWhenItLeaves() {
        List<KnownMembers> others = new CopyOnWriteArrayList<>();
        watch("node", published);
        watch("another-role", others);
        await().atMost(PATIENCE).until(() -> cluster.selfMember().status() == MemberStatus.up());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(others).containsExactly(new KnownMembers(List.of(), true)));
        assertThat(published).as("one is there that has not said where it is").isEmpty();

        member.system().systemActorOf(deskThatAnswersTheThird(), DescribeNode.DESK, Props.empty());
        NodeInfo up = new NodeInfo(
                new NodeKey("node-7", description.incarnation()),
                new HostPort("127.0.0.1", 9007),
                member.endpoints().artery(),
                true);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(published).containsExactly(all(up)));
        assertThat(questions.get()).isGreaterThanOrEqualTo(3);

        cluster.manager().tell(new Leave(cluster.selfMember().address()));
        NodeInfo leaving = new NodeInfo(up.key(), up.trunk(), up.artery(), false);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(published).contains(all(leaving), all(up)));
        assertThat(published).as("only changes are told").doesNotHaveDuplicates();
        assertThat(others).hasSize(1);
    }

    private static KnownMembers all(NodeInfo... nodes) {
        return new KnownMembers(List.of(nodes), true);
    }

    private void watch(String role, List<KnownMembers> to) {
        member.system()
                .systemActorOf(
                        Membership.create(role, new ConcurrentHashMap<>(), to::add),
                        "membership-" + role,
                        Props.empty());
    }

    private Behavior<DescribeNode> deskThatAnswersTheThird() {
        return Behaviors.receive(DescribeNode.class)
                .onMessage(DescribeNode.class, ask -> {
                    if (questions.incrementAndGet() >= 3) {
                        ask.replyTo().tell(description);
                    }
                    return Behaviors.same();
                })
                .build();
    }

    private static Member<Void> start() {
        Config config = ConfigFactory.parseMap(Map.of(
                        "trunkline.member.seeds", "",
                        "trunkline.member.artery-port", 0,
                        "trunkline.member.management-port", 0,
                        "trunkline.member.prometheus-port", 0,
                        "pekko.jvm-exit-on-fatal-error", "off"))
                .withFallback(SystemConfig.load());
        return Member.start(MemberSettings.from(config, "node"), config, new Metrics(), Behaviors.empty());
    }
}
