package io.trunkline.balancer.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.trunkline.protocol.member.HostPort;
import io.trunkline.protocol.member.MemberSettings;
import io.trunkline.protocol.member.SettingsException;
import io.trunkline.protocol.member.SystemConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminSettingsTest {

    @Test
    void listensOnLoopbackByDefault() {
        AdminSettings settings = settings(Map.of());
        assertThat(settings.stats()).isEqualTo(new HostPort("127.0.0.1", 8_404));
        assertThat(settings.health()).isEqualTo(new HostPort("127.0.0.1", 8_888));
    }

    @ParameterizedTest
    @CsvSource({
        "stats-port, 70000, admin.stats-port: 70000 (expected: 0..65535)",
        "health-port, -1, admin.health-port: -1 (expected: 0..65535)",
    })
    void aWrongValueIsNamed(String key, String value, String message) {
        assertThatThrownBy(() -> settings(Map.of("trunkline.balancer.admin." + key, value)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(message);
    }

    private static AdminSettings settings(Map<String, String> keys) {
        Config config = ConfigFactory.parseMap(keys).withFallback(SystemConfig.load());
        return AdminSettings.from(config, MemberSettings.from(config, "balancer"));
    }
}
