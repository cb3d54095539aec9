package io.trunkline.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.protocol.member.SettingsException;
import io.trunkline.protocol.member.SystemConfig;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeSettingsTest {
    private static final Config DEFAULTS = SystemConfig.load();

    @Test
    void readsTheDefaults() {
        NodeSettings settings = NodeSettings.from(DEFAULTS);

        assertThat(settings.trunk().port()).isEqualTo(9001);
        assertThat(settings.trunk().sessionLimit()).isEqualTo(25_000);
        assertThat(settings.trunk().window()).isEqualTo(64 * 1024);
        assertThat(settings.trunk().messageLimit()).isEqualTo(4 * 1024 * 1024);
        assertThat(settings.trunk().handshake()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.trunk().net().loops()).isBetween(1, 8);
        assertThat(settings.session().slots()).isEqualTo(256);
        assertThat(DEFAULTS.hasPath(settings.session().dispatcher())).isTrue();
        assertThat(settings.slots().movesPerRound()).isEqualTo(4);
        assertThat(settings.mcp()).isEqualTo(McpSettings.DEFAULT);
    }

    @Test
    void takesWhatIsSet() {
        NodeSettings settings = NodeSettings.from(
                ConfigFactory.parseString("trunkline.node { trunk.port = 0, session.unclaimed = 2m }\n"
                                + "trunkline.member.event-loops = 3")
                        .withFallback(DEFAULTS));

        assertThat(settings.trunk().port()).isZero();
        assertThat(settings.trunk().net().loops()).isEqualTo(3);
        assertThat(settings.session().unclaimed()).isEqualTo(Duration.ofMinutes(2));
    }

    @ParameterizedTest
    @CsvSource({
        "trunk.port, 65536",
        "trunk.port, -1",
        "trunk.port, nine",
        "trunk.session-limit, 0",
        "session.slots, 0",
        "session.slots, 4097",
        "session.dispatcher, ''",
        "session.hand-off, 0s",
        "cluster.expected-nodes, 0",
        "mcp.server.name, ' '",
        "mcp.in-flight, 0",
        "mcp.tools.timeout, 0s",
        "mcp.tools.pool-threads, 0",
        "mcp.client-requests.timeout, 0s",
        "mcp.log-level, LOUD",
    })
    void refusesABadValueInOneLineThatNamesTheKey(String key, String value) {
        List<String> path = ConfigUtil.splitPath(key);

        assertThatThrownBy(() -> NodeSettings.from(with(key, '"' + value + '"')))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(path.get(path.size() - 1))
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"trunk", "trunk.session-limit", "session.slots", "cluster", "mcp.tools", "mcp.tools.timeout"})
    void refusesAMissingValueInOneLineThatNamesTheKey(String key) {
        assertThatThrownBy(() -> NodeSettings.from(DEFAULTS.withoutPath("trunkline.node." + key)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(key.substring(key.lastIndexOf('.') + 1))
                .hasMessageNotContaining("\n");
    }

    private static Config with(String key, String value) {
        return ConfigFactory.parseString("trunkline.node." + key + " = " + value)
                .withFallback(DEFAULTS);
    }
}
