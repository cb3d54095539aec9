package io.trunkline.protocol.member;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EntryTest {
    private static final String FOUNDER = "127.0.0.1:25531,127.0.0.1:2,127.0.0.1:3";
    private static final HostPort SELF = new HostPort("127.0.0.1", 25_531);
    private static final HostPort ONE = new HostPort("127.0.0.1", 1);
    private static final HostPort TWO = new HostPort("127.0.0.1", 2);
    private static final HostPort THREE = new HostPort("127.0.0.1", 3);

    @Test
    void aFounderFoundsSoonWhenAllOthersRefuseConnections() {
        Entry entry = Entry.first(settings(FOUNDER), seed -> Listening.Answer.REFUSED);
        assertThat(entry.seeds()).containsExactly(SELF, TWO, THREE);
        assertThat(config(entry).getDuration("pekko.cluster.seed-node-timeout")).hasSeconds(3);
        assertThat(entry.waitsForOthers()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"ACCEPTED", "UNKNOWN"})
    void aFounderWaitsLongForOthersThatMayBeInACluster(Listening.Answer answer) {
        Entry entry = Entry.first(settings(FOUNDER), seed -> seed.equals(TWO) ? answer : Listening.Answer.REFUSED);
        assertThat(entry.seeds())
                .as("who is gone cannot say that it is in none")
                .containsExactly(SELF, TWO);
        assertThat(config(entry).getDuration("pekko.cluster.seed-node-timeout")).hasSeconds(60);
        assertThat(entry.waitsForOthers()).isTrue();
    }

    @Test
    void aMemberThatFoundsNothingAsksAgainSoon() {
        Entry entry = Entry.first(settings("127.0.0.1:1,127.0.0.1:25531"), seed -> {
            throw new AssertionError("nobody needs to be asked");
        });
        assertThat(entry.seeds()).containsExactly(ONE, SELF);
        assertThat(config(entry).getDuration("pekko.cluster.seed-node-timeout")).hasSeconds(1);
    }

    @Test
    void aLaterLifeJoinsTheMembersThatTheOneBeforeKnewAndNotItself() {
        Entry entry = Entry.later(settings("127.0.0.1:1,127.0.0.1:2"), TWO, List.of(THREE, ONE));
        assertThat(entry.seeds()).containsExactly(ONE, THREE);
        assertThat(entry.silence()).hasSeconds(1);
    }

    @Test
    void aFounderFoundsAgainOnlyWhenTheOthersSaySoOrAreSilentForLong() {
        Entry entry = Entry.later(settings("127.0.0.1:1"), ONE, List.of(TWO, THREE));
        assertThat(entry.seeds()).containsExactly(ONE, TWO, THREE);
        assertThat(config(entry).getDuration("pekko.cluster.seed-node-timeout")).hasSeconds(60);
        assertThat(config(entry).getStringList("pekko.cluster.seed-nodes"))
                .startsWith("pekko://trunkline@127.0.0.1:1", "pekko://trunkline@127.0.0.1:2");
    }

    @Test
    void whoIsAloneFoundsAClusterAsBefore() {
        assertThat(Entry.later(settings(""), ONE, List.of()).seeds()).isEmpty();
        assertThat(Entry.later(settings("127.0.0.1:1"), ONE, List.of()).seeds()).containsExactly(ONE);
    }

    @Test
    void seedsAreBounded() {
        List<HostPort> many = java.util.stream.IntStream.rangeClosed(2, 500)
                .mapToObj(port -> new HostPort("127.0.0.1", port))
                .toList();
        assertThat(Entry.later(settings("127.0.0.1:1"), THREE, many).seeds()).hasSize(64);
    }

    private static Config config(Entry entry) {
        return SystemConfig.forMember(settings("127.0.0.1:1"), entry, SystemConfig.load());
    }

    private static MemberSettings settings(String seeds) {
        Config config =
                ConfigFactory.parseMap(Map.of("trunkline.member.seeds", seeds)).withFallback(SystemConfig.load());
        return MemberSettings.from(config, "node");
    }
}
