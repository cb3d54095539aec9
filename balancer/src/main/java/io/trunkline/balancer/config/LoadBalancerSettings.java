package io.trunkline.balancer.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.trunkline.protocol.member.Expect;
import java.util.Map;

/**
 * The block {@code loadBalancer}, whose numbers are seconds, as what it means for pools: values that a pool has unless
 * something else is said.
 *
 * @param pools {@code health} and {@code connections}
 * @param metricsSeconds time between two reports; 0: not said
 */
record LoadBalancerSettings(Config pools, int metricsSeconds) {
    static LoadBalancerSettings from(BlockSettings file, Config whole) {
        BlockSettings block = file.block("loadBalancer");
        return block.read(() -> {
            Config pools = ConfigFactory.empty();
            for (Map.Entry<String, String> key : Map.of(
                            "connectionPoolSize", "connections.kept",
                            "connectionIdleTimeout", "connections.idle",
                            "backendConnectTimeout", "connections.connect",
                            "backendCheckInterval", "health.interval",
                            "backendFailureThreshold", "health.max-fails health.fall")
                    .entrySet()) {
                int number = block.number(key.getKey(), 0);
                if (block.has(key.getKey())) {
                    Expect.between(key.getKey(), number, 1, 3_600);
                    pools = with(pools, key, number, whole.getValue("loadBalancer." + key.getKey()));
                }
            }
            int metrics = block.number("metricsInterval", 0);
            if (block.has("metricsInterval")) {
                Expect.between("metricsInterval", metrics, 1, 3_600);
            }
            return new LoadBalancerSettings(pools, metrics);
        });
    }

    private static Config with(Config pools, Map.Entry<String, String> key, int number, ConfigValue said) {
        Config all = pools;
        boolean time = key.getKey().endsWith("Timeout") || key.getKey().endsWith("Interval");
        ConfigValue value =
                ConfigValueFactory.fromAnyRef(time ? number + "s" : number).withOrigin(said.origin());
        for (String path : key.getValue().split(" ", -1)) {
            all = all.withValue(path, value);
        }
        return all;
    }
}
