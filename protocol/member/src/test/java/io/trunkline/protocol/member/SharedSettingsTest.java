package io.trunkline.protocol.member;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import org.apache.pekko.cluster.ConfigValidation;
import org.apache.pekko.cluster.Invalid;
import org.apache.pekko.cluster.Valid;
import org.junit.jupiter.api.Test;

class SharedSettingsTest {
    @Test
    void membersTakeMessagesOfTheSameSize() {
        Config large = config(SharedSettings.MESSAGE, "8 MiB");
        Config small = config(SharedSettings.MESSAGE, "4 MiB");
        assertThat(agree(large, small)).isFalse();
        assertThat(agree(small, large)).isFalse();
        assertThat(agree(small, config(SharedSettings.MESSAGE, "4194304"))).isTrue();
        assertThat(agree(ConfigFactory.empty(), small)).isTrue();
    }

    @Test
    void theRefusalNamesTheSettingAndBothValues() {
        ConfigValidation refused = new SharedSettings()
                .check(config(SharedSettings.MESSAGE, "8 MiB"), config(SharedSettings.MESSAGE, "4 MiB"));
        assertThat(((Invalid) refused).errorMessages().mkString())
                .isEqualTo("trunkline.member.message-limit: 8 MiB at the other member (expected: as here, 4 MiB)");
    }

    private static boolean agree(Config one, Config other) {
        return new SharedSettings().check(/* other= */ one, /* own= */ other).equals(Valid.getInstance());
    }

    private static Config config(String key, String value) {
        return ConfigFactory.parseString(key + " = " + value);
    }
}
