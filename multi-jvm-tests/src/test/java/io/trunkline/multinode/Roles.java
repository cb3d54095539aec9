package io.trunkline.multinode;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.List;
import org.apache.pekko.remote.testconductor.RoleName;
import org.apache.pekko.remote.testkit.MultiNodeConfig;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The nodes of a multi-node test, in order, with their configuration.
 *
 * <p>The first role is the controller of the test: it alone can cut, exit and shut down others, and it cannot itself be
 * taken away. Built in the launcher JVM as well as in every node, so a constructor must start nothing.
 */
public abstract class Roles extends MultiNodeConfig {

    /**
     * What every node runs on. The version check of the actor system is off because the testkit is published at another
     * version than the rest; {@link VersionGuard} takes its place.
     */
    private static final Config BASE = ConfigFactory.parseString("""
            pekko {
              fail-mixed-versions = off
              loglevel = INFO
              loggers = ["org.apache.pekko.event.slf4j.Slf4jLogger"]
              logging-filter = "org.apache.pekko.event.slf4j.Slf4jLoggingFilter"
              actor.provider = cluster
              remote.artery.transport = tcp
              cluster.jmx.enabled = off
              # The first barrier also waits for the slowest JVM of a crowded machine to start.
              testconductor.barrier-timeout = 60s
            }
            """);

    /** Starts with the settings that every node needs and with links that can be cut. */
    @SuppressWarnings("this-escape") // The testkit takes the settings before the roles are registered.
    protected Roles() {
        commonConfig(BASE);
        testTransport(true);
    }

    /** Settings of every node, in HOCON; a second call replaces the first. */
    protected final void settings(String hocon) {
        commonConfig(ConfigFactory.parseString(hocon).withFallback(BASE));
    }

    /** Settings of some nodes, in HOCON; they win over {@link #settings}. */
    protected final void settingsOf(List<RoleName> roles, String hocon) {
        nodeConfig(ScalaBridge.seq(roles), ScalaBridge.seq(List.of(ConfigFactory.parseString(hocon))));
    }

    /** The names of the roles in the order of their declaration. */
    final List<String> names() {
        return CollectionConverters.asJava(roles()).stream().map(RoleName::name).toList();
    }
}
