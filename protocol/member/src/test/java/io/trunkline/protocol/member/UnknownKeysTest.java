package io.trunkline.protocol.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.trunkline.protocol.member.UnknownKeys.Unknown;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UnknownKeysTest {
    private static final String PROPERTY = "trunkline.member.shutdown.dran";

    @AfterEach
    void forget() {
        System.clearProperty(PROPERTY);
        ConfigFactory.invalidateCaches();
    }

    @Test
    void namesTheKeyThatWasMeant() {
        System.setProperty(PROPERTY, "5s");
        ConfigFactory.invalidateCaches();

        assertThatThrownBy(SystemConfig::load)
                .isInstanceOf(SettingsException.class)
                .hasMessage(
                        PROPERTY + ": unknown (expected: trunkline.member.shutdown.drain?), set in system properties");
    }

    @Test
    void knowsEveryKeyThatIsThereEvenWithoutAValue() {
        SystemConfig.load();
        assertThat(unknown("trunkline.member { name = a, shutdown.drain = 1s, defaults.node.name = b }"))
                .isEmpty();
    }

    @Test
    void leavesAloneWhatIsReadElsewhere() {
        assertThat(unknown("""
                pekko.cluster.gossip-intervall = 1s
                trunkline.balancer.edge.port = 1
                trunkline.node.anything = 1
                trunkline.member.some-dispatcher.throughput = 5
                """)).isEmpty();
    }

    @Test
    void aSectionThatDoesNotExistIsUnknownAltogether() {
        assertThat(unknown("trunkline.membr.name = a"))
                .containsExactly(new Unknown("trunkline.membr.name", "trunkline.member.name", "String: 1"));
        assertThat(unknown("trunkline.member.name.first = a")).hasSize(1);
    }

    @Test
    void whatIsNotResolvedYetIsReadToo() {
        assertThat(unknown("trunkline.member { name = ${nobody}, nam = ${?nobody} }"))
                .containsExactly(new Unknown("trunkline.member.nam", "trunkline.member.name", "String: 1"));
    }

    @Test
    void theElementsOfAListMayBeWrittenAsProperties() {
        Config reference = ConfigFactory.parseString("trunkline.member { rules = [], name = a }");
        Config user = ConfigFactory.parseString("trunkline.member { rules.0.tool = add, rules.x = 1, name.0 = b }");
        assertThat(UnknownKeys.in(user, reference).stream().map(Unknown::key))
                .containsExactlyInAnyOrder("trunkline.member.rules.x", "trunkline.member.name.0");
    }

    private static List<Unknown> unknown(String user) {
        Config reference = ConfigFactory.defaultReferenceUnresolved();
        return UnknownKeys.in(ConfigFactory.parseString(user), reference);
    }
}
