package io.trunkline.balancer.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.trunkline.protocol.member.SettingsException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworksTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "loopback | 127.0.0.1 | true",
                "loopback | 127.9.9.9 | true",
                "loopback | ::1 | true",
                "loopback | 10.0.0.1 | false",
                "10.1.0.0/16 | 10.1.255.3 | true",
                "10.1.0.0/16 | 10.2.0.0 | false",
                "10.1.2.128/25 | 10.1.2.127 | false",
                "10.1.2.128/25 | 10.1.2.200 | true",
                "192.0.2.7 | 192.0.2.7 | true",
                "192.0.2.7 | 192.0.2.8 | false",
                "loopback, 2001:db8::/32 | 2001:db8:5::1 | true",
                "2001:db8::/32 | 2001:db9::1 | false",
                "0.0.0.0/0 | 8.8.8.8 | true",
                "0.0.0.0/0 | ::1 | false",
                "'' | 127.0.0.1 | false"
            })
    void knowsWhatItNames(String text, String address, boolean has) throws UnknownHostException {
        assertThat(Networks.of("limits.exempt", text).has(InetAddress.getByName(address)))
                .isEqualTo(has);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "300.1.1.1", "::/129", "loopbak"})
    void refusesWhatIsNoAddress(String text) {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> Networks.of("limits.exempt", text))
                .withMessageContaining("limits.exempt: " + text);
    }

    @Test
    void anAddressOfIPv6IsOneOfItsNetwork() throws UnknownHostException {
        SourceKey one = SourceKey.of(InetAddress.getByName("2001:db8:0:7:1::1"));
        assertThat(one).isEqualTo(SourceKey.of(InetAddress.getByName("2001:db8:0:7:ffff::2")));
        assertThat(one).isNotEqualTo(SourceKey.of(InetAddress.getByName("2001:db8:0:8:1::1")));
        assertThat(one).isEqualTo(SourceKey.ofAddress("2001:db8:0:7::/64"));
        assertThat(SourceKey.of(InetAddress.getByName("::ffff:10.0.0.1"))).isEqualTo(SourceKey.ofAddress("10.0.0.1"));
        assertThat(SourceKey.ofAddress("example.com")).isNull();
    }
}
