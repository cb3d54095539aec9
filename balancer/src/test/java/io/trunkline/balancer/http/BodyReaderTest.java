package io.trunkline.balancer.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BodyReaderTest {
    @Test
    void largeBodiesAndThoseOfManyPartsAreHeavy() {
        assertThat(isHeavy(" ".repeat(64 * 1024))).isFalse();
        assertThat(isHeavy(" ".repeat(64 * 1024 + 1))).isTrue();
        assertThat(isHeavy("{\"a\":1," + "\"a\":1,".repeat(1100))).isTrue();
        assertThat(isHeavy("[".repeat(4096))).as("too small to take long").isFalse();
        assertThat(isHeavy("{\"text\":\"" + "a".repeat(60_000) + "\"}")).isFalse();
    }

    private static boolean isHeavy(String body) {
        return BodyReader.isHeavy(body.getBytes(StandardCharsets.UTF_8));
    }
}
