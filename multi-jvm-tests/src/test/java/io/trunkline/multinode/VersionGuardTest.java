package io.trunkline.multinode;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class VersionGuardTest {

    private static final Map<String, String> GOOD = Map.of(
            "pekko-actor", "1.7.0",
            "pekko-cluster", "1.7.0",
            "pekko-multi-node-testkit", "1.4.0");

    @Test
    void allowsTheTestkitToDiffer() {
        assertThatCode(() -> VersionGuard.check(GOOD)).doesNotThrowAnyException();
    }

    @Test
    void allowsOtherReleaseTrains() {
        assertThatCode(() -> VersionGuard.check(with("pekko-http-core", "1.3.0")))
                .doesNotThrowAnyException();
        assertThatCode(() -> VersionGuard.check(with("pekko-management", "1.1.1")))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesAnyOtherModuleThatDiffers() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> VersionGuard.check(with("pekko-stream", "1.6.0")))
                .withMessageContaining("pekko-stream");
    }

    @Test
    void refusesAClassPathWithoutManifests() {
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> VersionGuard.check(Map.of()));
    }

    private static Map<String, String> with(String module, String version) {
        Map<String, String> versions = new HashMap<>(GOOD);
        versions.put(module, version);
        return versions;
    }
}
