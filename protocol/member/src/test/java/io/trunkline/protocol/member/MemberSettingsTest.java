package io.trunkline.protocol.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemberSettingsTest {

    private static final String OWN_SECRET = "correct horse battery staple";

    @Test
    void aNodeAndABalancerFindEachOtherWithoutAnySetting() {
        MemberSettings node = MemberSettings.from(SystemConfig.load(), "node");
        MemberSettings balancer = MemberSettings.from(SystemConfig.load(), "balancer");

        assertThat(node.name()).isEqualTo("node-1");
        assertThat(balancer.name()).isEqualTo("balancer-1");
        assertThat(balancer.seeds())
                .containsExactly(new HostPort(
                        node.network().advertisedHost(), node.network().arteryPort()));
        assertThat(node.seeds()).isEqualTo(balancer.seeds());
        assertThat(node.network().host()).isEqualTo("127.0.0.1");
        assertThat(node.network().adminHost()).isEqualTo("127.0.0.1");
        assertThat(node.shutdown().drain()).isEqualTo(Duration.ofSeconds(60));
        assertThat(balancer.shutdown().drain()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings(Map.of("shutdown.drain", "7s")).shutdown().drain()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void readsTheSeedsInOrder() {
        assertThat(settings(Map.of("seeds", "127.0.0.1:25531, [::1]:25532,")).seeds())
                .containsExactly(new HostPort("127.0.0.1", 25_531), new HostPort("[::1]", 25_532));
        assertThat(settings(Map.of("seeds", "")).seeds()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            name          | 'node 1'          | member.name: "node 1" (expected:
            name          | ''                | member.name: "" (expected:
            artery-port   | 65536             | member.artery-port: 65536 (expected: 0..65535)
            management-port | -1              | member.management-port: -1 (expected: 0..65535)
            seeds         | node-1            | member.seeds: node-1 (expected: host:port)
            seeds         | ':25531'          | member.seeds: :25531 (expected: host:port)
            seeds         | '::1:25531'       | member.seeds: ::1:25531 (expected: host:port)
            seeds         | 'h:99999'         | member.seeds: h:99999 (expected: host:port)
            secret        | short             | member.secret: 5 characters (expected: at least 16 characters)
            app-version   | ' '               | member.app-version: " " (expected: not blank)
            shutdown.drain | 0s               | member.shutdown.drain: PT0S (expected: > 0)
            shutdown.deadline | 3s            | member.shutdown.deadline: PT3S (expected: > member.shutdown.drain
            artery-port   | many              | artery-port
            """)
    void aWrongValueIsNamedInOneLine(String key, String value, String message) {
        assertThatThrownBy(() -> settings(Map.of(key, value)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource({"host, 0.0.0.0", "host, 192.0.2.7", "admin-host, 0.0.0.0"})
    void listeningBeyondThisMachineNeedsASecretOfOnesOwn(String key, String host) {
        Map<String, String> open = Map.of(key, host, "advertised-host", "127.0.0.1");
        assertThatThrownBy(() -> settings(open))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("member." + key + ": " + host)
                .hasMessageContaining("TRUNKLINE_SECRET");

        MemberSettings guarded = settings(
                Map.of(key, host, "advertised-host", "127.0.0.1", "secret", OWN_SECRET, "artery-plain", "accepted"));
        assertThat(guarded.secret().isWellKnown()).isFalse();
    }

    @Test
    void anAddressThatNobodyCanReachIsNotAdvertised() {
        assertThatThrownBy(() -> settings(Map.of("host", "0.0.0.0", "secret", OWN_SECRET)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("TRUNKLINE_ADVERTISED_HOST");
    }

    @Test
    void theSecretIsNeverPrinted() {
        assertThat(settings(Map.of("secret", OWN_SECRET)).toString()).doesNotContain(OWN_SECRET, "horse");
    }

    private static MemberSettings settings(Map<String, String> member) {
        Config config = ConfigFactory.parseMap(
                Map.of("trunkline.member", ConfigFactory.empty().root()));
        for (Map.Entry<String, String> entry : member.entrySet()) {
            config = config.withValue(
                    "trunkline.member." + entry.getKey(),
                    com.typesafe.config.ConfigValueFactory.fromAnyRef(entry.getValue()));
        }
        return MemberSettings.from(config.withFallback(SystemConfig.load()), "node");
    }
}
