package io.trunkline.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import io.trunkline.node.mcp.McpSettings;
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
        assertThat(settings.trunk().loops()).isBetween(1, 8);
        assertThat(settings.session().slots()).isEqualTo(256);
        assertThat(DEFAULTS.hasPath(settings.session().dispatcher())).isTrue();
        assertThat(settings.slots().movesPerRound()).isEqualTo(4);
        assertThat(settings.mcp()).isEqualTo(McpSettings.DEFAULT);
    }

    @Test
    void takesWhatIsSet() {
        NodeSettings settings = NodeSettings.from(
                ConfigFactory.parseString("trunkline.node { trunk { port = 0, event-loops = 3 }, session.orphan = 2m }")
                        .withFallback(DEFAULTS));

        assertThat(settings.trunk().port()).isZero();
        assertThat(settings.trunk().loops()).isEqualTo(3);
        assertThat(settings.session().orphan()).isEqualTo(Duration.ofMinutes(2));
    }

    @ParameterizedTest
    @CsvSource({
        "trunk.port, 65536",
        "trunk.port, -1",
        "trunk.port, nine",
        "trunk.event-loops, -1",
        "trunk.event-loops, 257",
        "trunk.prefer-native, perhaps",
        "trunk.session-limit, 0",
        "trunk.window, 1000",
        "trunk.window, 5 GiB",
        "trunk.message-limit, 17 MiB",
        "trunk.message-limit, 12",
        "trunk.message-limit, much",
        "trunk.partial-limit, 1 MiB",
        "trunk.output-limit, 1 KiB",
        "trunk.handshake, 0s",
        "trunk.handshake, soon",
        "trunk.silence, -1s",
        "trunk.strangers, 0",
        "session.slots, 0",
        "session.slots, 4097",
        "session.dispatcher, ''",
        "session.hand-off, 0s",
        "session.orphan, 0s",
        "cluster.settle, 0s",
        "cluster.expected-nodes, 0",
        "cluster.expected-within, 0s",
        "cluster.watch-interval, 0s",
        "cluster.moves-per-round, 0",
        "cluster.moves-at-a-time, 0",
        "mcp.server.name, ' '",
        "mcp.server.version, ''",
        "mcp.limits.in-flight, 0",
        "mcp.limits.waiting, -1",
        "mcp.limits.waiting-bytes, 0",
        "mcp.limits.batch, 0",
        "mcp.limits.batch, 1001",
        "mcp.limits.answer-bytes, 0",
        "mcp.json.max-depth, 0",
        "mcp.json.max-tokens, 0",
        "mcp.json.max-name-length, 0",
        "mcp.json.max-string-length, 0",
        "mcp.json.max-number-length, 0",
        "mcp.json.max-id-length, 0",
        "mcp.tools.timeout, 0s",
        "mcp.tools.blocking, 0",
        "mcp.tools.pool-threads, 0",
        "mcp.tools.pool-queue, 0",
        "mcp.client-requests.outstanding, 0",
        "mcp.client-requests.timeout, 0s",
        "mcp.page-size, 0",
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
    @ValueSource(strings = {"trunk", "trunk.window", "session.slots", "cluster", "mcp.json", "mcp.tools.timeout"})
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
