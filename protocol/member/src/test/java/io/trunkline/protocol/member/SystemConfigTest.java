package io.trunkline.protocol.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SystemConfigTest {

    private static final String GOSSIP = "pekko.cluster.gossip-interval";
    private static final String BIND = "pekko.remote.artery.bind.hostname";

    private static final String JAVA_SERIALIZATION = "pekko.actor.allow-java-serialization";
    private static final String DOWNING = "pekko.cluster.downing-provider-class";

    @AfterEach
    void forget() {
        System.clearProperty(GOSSIP);
        System.clearProperty(BIND);
        System.clearProperty(JAVA_SERIALIZATION);
        System.clearProperty(DOWNING);
        ConfigFactory.invalidateCaches();
    }

    @Test
    void oursStandsAboveThatOfTheLibraries() {
        Config config = SystemConfig.load();
        assertThat(config.getBoolean("pekko.actor.allow-java-serialization")).isFalse();
        assertThat(config.getString("pekko.remote.artery.transport")).isEqualTo("tcp");
        assertThat(config.getString("pekko.cluster.downing-provider-class")).endsWith("DowningByService");
        assertThat(config.getString("pekko.cluster.split-brain-resolver.stable-after"))
                .isEqualTo("7s");
        assertThat(config.getString("pekko.cluster.sharding.passivation.strategy"))
                .isEqualTo("none");
    }

    @Test
    void theUserStandsAboveUs() {
        System.setProperty(GOSSIP, "900ms");
        assertThat(SystemConfig.load().getString(GOSSIP)).isEqualTo("900ms");
    }

    @Test
    void whatTheMemberIsReachesPekko() {
        Config loaded = ConfigFactory.parseMap(Map.of(
                        "trunkline.member.name", "node-3",
                        "trunkline.member.seeds", "127.0.0.1:25531,127.0.0.1:25532",
                        "trunkline.member.artery-port", 25_533))
                .withFallback(SystemConfig.load());
        Config config = SystemConfig.forMember(MemberSettings.from(loaded, "node"), loaded);

        assertThat(config.getStringList("pekko.cluster.roles")).isEqualTo(List.of("node", "name-node-3"));
        assertThat(config.getStringList("pekko.cluster.seed-nodes"))
                .containsExactly("pekko://trunkline@127.0.0.1:25531", "pekko://trunkline@127.0.0.1:25532");
        assertThat(config.getInt("pekko.remote.artery.canonical.port")).isEqualTo(25_533);
    }

    @Test
    void clustersWithDifferentSecretsDoNotSpeakToEachOther() {
        assertThat(new Secret("0123456789abcdef").magic())
                .hasSize(4)
                .isEqualTo(new Secret("0123456789abcdef").magic())
                .isNotEqualTo(new Secret("0123456789abcdeg").magic());
        Config config = SystemConfig.forMember(MemberSettings.from(SystemConfig.load(), "node"), SystemConfig.load());
        assertThat(config.getStringList("pekko.remote.artery.advanced.tcp-magic"))
                .containsExactly(new Secret(Secret.WELL_KNOWN).magic());
    }

    @ParameterizedTest
    @CsvSource({JAVA_SERIALIZATION + ", on", DOWNING + ", ''"})
    void whatWouldMakeTheClusterUnsafeIsRefused(String key, String value) {
        Config loaded = SystemConfig.load();
        MemberSettings settings = MemberSettings.from(loaded, "node");
        System.setProperty(key, value);
        ConfigFactory.invalidateCaches();

        assertThatThrownBy(() -> SystemConfig.forMember(settings, loaded))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith(key + ": ");
    }

    @Test
    void aWrongSettingIsToldWithTheLineThatMadeIt() {
        Config config = ConfigFactory.parseString(
                        "trunkline.balancer {\n  edge.port = 70000\n}",
                        ConfigParseOptions.defaults().setOriginDescription("balancer.conf"))
                .withFallback(SystemConfig.load());
        assertThat(SystemConfig.located(new SettingsException("edge.port: 70000 (expected: 0..65535)"), config))
                .isEqualTo("edge.port: 70000 (expected: 0..65535), set in balancer.conf: 2");
        assertThat(SystemConfig.located(new SettingsException("no key here"), config))
                .isEqualTo("no key here");
        assertThat(SystemConfig.located(new SettingsException("edge.prot: 1 (expected: 2)"), config))
                .isEqualTo("edge.prot: 1 (expected: 2)");
    }

    @Test
    void aBackDoorToListenBeyondThisMachineIsShutToo() {
        Config loaded = SystemConfig.load();
        MemberSettings settings = MemberSettings.from(loaded, "node");
        System.setProperty(BIND, "0.0.0.0");
        ConfigFactory.invalidateCaches();

        assertThatThrownBy(() -> SystemConfig.forMember(settings, loaded))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(BIND)
                .hasMessageContaining("TRUNKLINE_SECRET");
    }
}
