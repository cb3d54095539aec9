package io.trunkline.protocol.member;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EntryTest {
    private static final HostPort ONE = new HostPort("127.0.0.1", 1);
    private static final HostPort TWO = new HostPort("127.0.0.1", 2);
    private static final HostPort THREE = new HostPort("127.0.0.1", 3);

    @Test
    void theFounderWaitsForTheOtherSeedsInItsFirstLife() {
        Entry entry = Entry.first(settings("127.0.0.1:25531,127.0.0.1:2"));
        assertThat(entry.seeds()).containsExactly(new HostPort("127.0.0.1", 25_531), TWO);
        assertThat(config(entry).getDuration("pekko.cluster.seed-node-timeout")).hasSeconds(3);
    }

    @Test
    void aMemberThatFoundsNothingAsksAgainSoon() {
        Entry entry = Entry.first(settings("127.0.0.1:1,127.0.0.1:25531"));
        assertThat(entry.seeds()).containsExactly(ONE, new HostPort("127.0.0.1", 25_531));
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
