package io.trunkline.multinode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.util.ManifestInfo;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The version check of the actor system, less the one module that is known to differ.
 *
 * <p>Production keeps {@code pekko.fail-mixed-versions} on. Multi-node tests have to switch it off for the testkit, and
 * would then no longer see a second module drift; so each node asks here before its first step.
 */
final class VersionGuard {

    private static final String REFERENCE = "pekko-actor";
    private static final String TESTKIT = "pekko-multi-node-testkit";

    /** Modules of other release trains, whose versions say nothing about the core. */
    private static final Set<String> OTHER_TRAINS = Set.of("pekko-http", "pekko-parsing", "pekko-management");

    private VersionGuard() {}

    /**
     * Checks the jars on the class path.
     *
     * @throws AssertionError when any core module but the testkit differs from {@code pekko-actor}
     */
    static void check(ActorSystem system) {
        Map<String, String> versions = new TreeMap<>();
        CollectionConverters.asJava(ManifestInfo.get(system).versions())
                .forEach((module, version) -> versions.put(module, version.version()));
        check(versions);
    }

    static void check(Map<String, String> versions) {
        assertThat(versions).as("Pekko modules on the class path").containsKeys(REFERENCE, TESTKIT);
        String expected = versions.get(REFERENCE);
        assertThat(versions).allSatisfy((module, version) -> {
            if (!module.equals(TESTKIT) && !isOtherTrain(module)) {
                assertThat(version).as(module).isEqualTo(expected);
            }
        });
    }

    private static boolean isOtherTrain(String module) {
        return OTHER_TRAINS.stream().anyMatch(train -> module.equals(train) || module.startsWith(train + "-"));
    }
}
