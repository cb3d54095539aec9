package io.trunkline.protocol.member;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import org.apache.pekko.cluster.ConfigValidation;
import org.apache.pekko.cluster.Invalid;
import org.apache.pekko.cluster.Valid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedSettingsTest {
    @ParameterizedTest
    @CsvSource({"4 MiB, 4 MiB, true", "4194304, 4 MiB, true", "1 MiB, 4 MiB, true", "8 MiB, 4 MiB, false"})
    void aBalancerTakesNoLargerMessageThanItsNodes(String balancer, String node, boolean fit) {
        Config edge = config(SharedSettings.BALANCER_MESSAGE, balancer);
        Config trunk = config(SharedSettings.NODE_MESSAGE, node);
        assertThat(agree(edge, trunk)).isEqualTo(fit);
        assertThat(agree(trunk, edge)).isEqualTo(fit);
    }

    @Test
    void theRefusalNamesBothSettings() {
        ConfigValidation refused = new SharedSettings()
                .check(config(SharedSettings.BALANCER_MESSAGE, "8 MiB"), config(SharedSettings.NODE_MESSAGE, "4 MiB"));
        assertThat(((Invalid) refused).errorMessages().mkString())
                .isEqualTo("trunkline.balancer.edge.message-limit: 8 MiB at the other member (expected: at most"
                        + " trunkline.node.trunk.message-limit here, 4 MiB)");
    }

    @Test
    void nodesTakeMessagesOfTheSameSize() {
        Config large = config(SharedSettings.NODE_MESSAGE, "8 MiB");
        Config small = config(SharedSettings.NODE_MESSAGE, "4 MiB");
        assertThat(agree(large, small)).isFalse();
        assertThat(agree(small, config(SharedSettings.NODE_MESSAGE, "4194304"))).isTrue();
        assertThat(agree(ConfigFactory.empty(), small)).isTrue();
    }

    private static boolean agree(Config one, Config other) {
        return new SharedSettings().check(/* other= */ one, /* own= */ other).equals(Valid.getInstance());
    }

    private static Config config(String key, String value) {
        return ConfigFactory.parseString(key + " = " + value);
    }
}
