package io.trunkline.protocol.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostCheckTest {
    private final HostCheck check = new HostCheck(List.of("Balancer-1.example.com", " ", "fd00::7"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:8404",
                "localhost.",
                "127.0.0.1:8888",
                "[::1]:8888",
                "balancer-1.example.com:9095",
                "10.0.0.5:8404",
                "[fd00::8]"
            })
    void knownNamesAndAddressesAreServed(String host) {
        assertThat(check.allowsHost(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "rebound.example.com",
                "localhost.example.com",
                "127.0.0.1.example.com",
                "localhost:8404:1",
                "localhost:port",
                "local host",
                "user@localhost",
                "[localhost]",
                "[::1",
                ":8404",
                "."
            })
    void otherNamesAreNot(String host) {
        assertThat(check.allowsHost(host)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:8404", "https://balancer-1.example.com", "http://[fd00::7]:1"})
    void pagesOfKnownNamesMayAsk(String origin) {
        assertThat(check.allowsOrigin(origin)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "", "http://evil.example.com", "http://10.0.0.66", "localhost"})
    void otherPagesMayNot(String origin) {
        assertThat(check.allowsOrigin(origin)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"anything.example.com", "10.0.0.5"})
    void aStarAllowsAll(String host) {
        HostCheck open = new HostCheck(List.of("*"));
        assertThat(open.allowsHost(host)).isTrue();
        assertThat(open.allowsOrigin("http://" + host)).isTrue();
    }
}
