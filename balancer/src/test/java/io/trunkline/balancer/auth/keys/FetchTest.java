package io.trunkline.balancer.auth.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom an authorization server is asked for, and how. */
class FetchTest {
    @ParameterizedTest
    @CsvSource({
        "https://issuer.example/keys, true",
        "HTTPS://issuer.example, true",
        "http://127.0.0.1:9/keys, true",
        "http://localhost/keys, true",
        "http://[::1]:9/keys, true",
        "http://issuer.example/keys, false",
        "http://127.0.0.1.issuer.example/keys, false",
        "http://localhost.issuer.example/keys, false",
        "http://10.0.0.1/keys, false",
        "https://user@issuer.example/keys, false",
        "file:///etc/passwd, false",
        "keys, false"
    })
    void plainHttpIsForThisMachineAlone(String uri, boolean safe) {
        assertThat(Fetch.isSafe(URI.create(uri))).isEqualTo(safe);
    }

    @Test
    void whatIsNotSafeIsNotAsked() {
        // Such as the jwks_uri that the metadata of an issuer names.
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> new Fetch().get(URI.create("http://issuer.example/keys"), System.nanoTime()))
                .withMessageContaining("https only");
    }
}
