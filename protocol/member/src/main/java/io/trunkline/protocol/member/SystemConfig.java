package io.trunkline.protocol.member;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.trunkline.protocol.downing.DowningByService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;

/**
 * The configuration that an actor system starts with, in layers; the upper ones win:
 *
 * <pre>
 *   -D system properties
 *   application.conf (or -Dconfig.file)
 *   what trunkline.member says about addresses, roles and seeds
 *   trunkline-system.conf
 *   reference.conf of every jar
 * </pre>
 */
public final class SystemConfig {

    /** What a drain that uses up its deadline needs to end by itself, before the phase ends it. */
    private static final Duration DRAIN_MARGIN = Duration.ofSeconds(1);

    private static final String JAVA_SERIALIZATION = "pekko.actor.allow-java-serialization";
    private static final String DOWNING = "pekko.cluster.downing-provider-class";

    /** Where the keys that settings name in short may stand. */
    private static final List<String> SECTIONS = List.of("", "trunkline.", "trunkline.balancer.", "trunkline.node.");

    private static final Pattern KEY = Pattern.compile("[a-zA-Z0-9-]+(\\.[a-zA-Z0-9-]+)*");

    private static final String SYSTEM_RESOURCE = "trunkline-system.conf";

    private SystemConfig() {}

    /**
     * The file that a member's arguments want checked ({@code --check FILE}), which takes the place of
     * application.conf; null when there are none and the member is to start.
     *
     * @throws SettingsException for any other arguments
     */
    public static @Nullable Path fileToCheck(String... arguments) {
        if (arguments.length == 0) {
            return null;
        }
        Expect.that(
                arguments.length == 2 && arguments[0].equals("--check"),
                "arguments",
                String.join(" ", arguments),
                "none, or --check FILE");
        System.setProperty("config.file", arguments[1]);
        return Path.of(arguments[1]);
    }

    /**
     * Loads all layers but the one of {@code trunkline.member}; {@code main} builds its settings from the result.
     *
     * @throws SettingsException when a file cannot be read, or a key under {@code trunkline} is unknown
     */
    public static Config load() {
        return Expect.readable(() -> {
            // The library reads system properties once per process; main wants those of now.
            ConfigFactory.invalidateCaches();
            requireKnownKeys();
            return ofUser().withFallback(ofTrunkline())
                    .withFallback(ConfigFactory.defaultReferenceUnresolved())
                    .resolve();
        });
    }

    /**
     * Puts what {@code settings} say under what the user set and over the rest of {@code loaded}.
     *
     * @param loaded the result of {@link #load()}, possibly with more on top
     * @throws SettingsException when the result would listen beyond this machine with the well-known secret, or for
     *     Artery without TLS
     */
    static Config forMember(MemberSettings settings, Config loaded) {
        return forMember(settings, Entry.first(settings), loaded);
    }

    /** The same for one life of several. */
    static Config forMember(MemberSettings settings, Entry entry, Config loaded) {
        return Expect.readable(() -> {
            Config config = ofUser().withFallback(ofMember(settings, entry))
                    .withFallback(loaded)
                    .resolve();
            requireSafeBind(config, "pekko.remote.artery.bind.hostname", settings.secret());
            if (!config.getString("pekko.remote.artery.transport").equals(ArteryTls.TRANSPORT)) {
                settings.artery()
                        .requirePlain(
                                "pekko.remote.artery.bind.hostname",
                                config.getString("pekko.remote.artery.bind.hostname"));
            }
            requireSafeBind(config, "pekko.management.http.bind-hostname", settings.secret());
            requireSafeCluster(config);
            return config;
        });
    }

    /**
     * The message of {@code wrong}, and where the setting that it names was made: file and line, property or variable.
     *
     * @param config a result of {@link #load()}
     */
    public static String located(SettingsException wrong, Config config) {
        String message = String.valueOf(wrong.getMessage());
        int end = message.indexOf(": ");
        String key = end < 0 ? "" : message.substring(0, end);
        if (!KEY.matcher(key).matches()) {
            return message;
        }
        return SECTIONS.stream()
                .map(section -> section + key)
                .filter(config::hasPath)
                .findFirst()
                .map(path ->
                        message + ", set in " + config.getValue(path).origin().description())
                .orElse(message);
    }

    private static void requireKnownKeys() {
        List<UnknownKeys.Unknown> unknown = UnknownKeys.in(ofUser(), ConfigFactory.defaultReferenceUnresolved());
        if (!unknown.isEmpty()) {
            throw new SettingsException(unknown.stream()
                    .map(one -> one.key() + ": unknown (expected: " + one.nearest() + "?), set in " + one.where())
                    .collect(Collectors.joining("; ")));
        }
    }

    /** The names by which others may call a member's pages that are bound to {@code host}. */
    static List<String> knownHosts(ActorSystem<?> system, String host) {
        Config config = system.settings().config();
        List<String> known = new ArrayList<>(
                Arrays.asList(config.getString("trunkline.member.admin-hosts").split(",", -1)));
        known.add(host);
        known.add(config.getString("pekko.remote.artery.canonical.hostname"));
        return known;
    }

    /** Where management binds. */
    static HostPort managementAddress(ActorSystem<?> system) {
        Config management = system.settings().config().getConfig("pekko.management.http");
        return new HostPort(management.getString("bind-hostname"), management.getInt("bind-port"));
    }

    private static Config ofUser() {
        return ConfigFactory.defaultOverrides().withFallback(ConfigFactory.defaultApplication());
    }

    private static Config ofTrunkline() {
        return ConfigFactory.parseResources(
                SystemConfig.class.getClassLoader(),
                SYSTEM_RESOURCE,
                ConfigParseOptions.defaults().setAllowMissing(false));
    }

    private static Config ofMember(MemberSettings settings, Entry entry) {
        MemberSettings.Network network = settings.network();
        Map<String, Object> keys = new HashMap<>();
        keys.put("pekko.remote.artery.canonical.hostname", network.advertisedHost());
        keys.put("pekko.remote.artery.canonical.port", network.arteryPort());
        keys.put("pekko.remote.artery.bind.hostname", network.host());
        keys.put(
                "pekko.remote.artery.advanced.tcp-magic",
                List.of(settings.secret().magic()));
        keys.putAll(settings.artery().pekko());
        keys.put("pekko.cluster.roles", List.of(settings.role(), Member.NAME_ROLE + settings.name()));
        keys.put("pekko.cluster.app-version", settings.appVersion());
        keys.put(
                "pekko.cluster.seed-nodes",
                entry.seeds().stream().map(SystemConfig::uri).toList());
        keys.put("pekko.cluster.seed-node-timeout", entry.silence());
        keys.put("pekko.management.http.hostname", network.adminHost());
        keys.put("pekko.management.http.bind-hostname", network.adminHost());
        keys.put("pekko.management.http.port", network.managementPort());
        keys.put("pekko.management.http.bind-port", network.managementPort());
        keys.put(
                "pekko.coordinated-shutdown.phases.service-requests-done.timeout",
                settings.shutdown().drain().plus(DRAIN_MARGIN));
        keys.put("kamon.environment.service", "trunkline-" + settings.role());
        keys.put("kamon.environment.instance", settings.name());
        keys.put("kamon.environment.host", network.advertisedHost());
        return ConfigFactory.parseMap(keys, "trunkline.member");
    }

    private static String uri(HostPort seed) {
        return "pekko://" + Member.SYSTEM + "@" + seed;
    }

    /** Refuses what makes every partition two clusters, or lets a peer choose which classes are built. */
    private static void requireSafeCluster(Config config) {
        Expect.that(
                !config.getBoolean(JAVA_SERIALIZATION),
                JAVA_SERIALIZATION,
                "on",
                "off: Java serialization lets a peer run what it wants");
        Expect.that(
                DowningByService.class.getName().equals(config.getString(DOWNING)),
                DOWNING,
                '"' + config.getString(DOWNING) + '"',
                DowningByService.class.getName() + ": without it lost nodes keep their slots");
    }

    private static void requireSafeBind(Config config, String key, Secret secret) {
        MemberSettings.requireSafeBind(key, config.getString(key), secret);
    }
}
