package io.trunkline.protocol.member;

import com.typesafe.config.Config;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The settings of {@code trunkline.member}: who this process is and how it joins the cluster.
 *
 * @param name unique in the cluster, letters, digits, {@code -}, {@code _} and {@code .}, at most 63
 * @param role {@code node} or {@code balancer}
 * @param network where it listens
 * @param seeds members to join through; empty makes this member found a cluster of its own
 * @param secret shared by the cluster
 * @param artery what keeps strangers out of the cluster's own traffic
 * @param appVersion version that the other members see
 * @param shutdown deadlines
 */
public record MemberSettings(
        String name,
        String role,
        Network network,
        List<HostPort> seeds,
        Secret secret,
        ArteryTls artery,
        String appVersion,
        Shutdown shutdown) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final int MAX_SEEDS = 64;

    /**
     * Hosts and ports of the listeners that every member has; port 0 lets the system choose.
     *
     * @param host what the member binds for its peers and clients
     * @param advertisedHost where its peers find it
     * @param adminHost what management and Prometheus bind; they know no password
     */
    public record Network(
            String host,
            String advertisedHost,
            String adminHost,
            int arteryPort,
            int managementPort,
            int prometheusPort) {

        public Network {
            Expect.notBlank("member.host", host);
            Expect.notBlank("member.admin-host", adminHost);
            Expect.port("member.artery-port", arteryPort);
            Expect.port("member.management-port", managementPort);
            Expect.port("member.prometheus-port", prometheusPort);
            Expect.that(
                    !address("member.advertised-host", advertisedHost).isAnyLocalAddress(),
                    "member.advertised-host",
                    advertisedHost,
                    "an address that the other members can reach, TRUNKLINE_ADVERTISED_HOST sets it");
        }
    }

    /**
     * Deadlines of leaving.
     *
     * @param drain how long requests in flight may take to finish
     * @param deadline how long the whole shutdown may take before the process halts
     */
    public record Shutdown(Duration drain, Duration deadline) {
        public Shutdown {
            Expect.positive("member.shutdown.drain", drain);
            Expect.that(
                    deadline.compareTo(drain) > 0,
                    "member.shutdown.deadline",
                    deadline,
                    "> member.shutdown.drain, which is " + drain);
        }
    }

    public MemberSettings {
        Expect.that(NAME.matcher(name).matches(), "member.name", '"' + name + '"', NAME.pattern());
        Expect.notBlank("member.role", role);
        Expect.notBlank("member.app-version", appVersion);
        Expect.that(seeds.size() <= MAX_SEEDS, "member.seeds", seeds.size() + " seeds", "at most " + MAX_SEEDS);
        seeds = List.copyOf(seeds);
        requireSafeBind("member.host", network.host(), secret);
        requireSafeBind("member.admin-host", network.adminHost(), secret);
        artery.requireSafeBind("member.host", network.host());
    }

    /**
     * Reads {@code trunkline.member}; what it leaves open comes from {@code trunkline.member.defaults.<role>}.
     *
     * @param root a configuration of {@link SystemConfig#load()}
     */
    public static MemberSettings from(Config root, String role) {
        return Expect.readable(() -> {
            Config member = root.getConfig("trunkline.member");
            Config c = member.withFallback(member.getConfig("defaults." + role));
            String host = c.getString("host");
            String advertised = c.getString("advertised-host");
            return new MemberSettings(
                    c.getString("name"),
                    role,
                    new Network(
                            host,
                            advertised.isBlank() ? host : advertised,
                            c.getString("admin-host"),
                            c.getInt("artery-port"),
                            c.getInt("management-port"),
                            c.getInt("prometheus-port")),
                    seeds(c.getString("seeds")),
                    new Secret(c.getString("secret")),
                    ArteryTls.from(c),
                    c.getString("app-version"),
                    new Shutdown(c.getDuration("shutdown.drain"), c.getDuration("shutdown.deadline")));
        });
    }

    private static List<HostPort> seeds(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(seed -> !seed.isEmpty())
                .map(seed -> HostPort.parse("member.seeds", seed))
                .toList();
    }

    /**
     * Refuses to listen beyond this machine with the secret that everybody knows; for listeners of other modules.
     *
     * @param key the setting that {@code host} comes from, for the error
     */
    public void requireSafeBind(String key, String host) {
        requireSafeBind(key, host, secret);
    }

    static void requireSafeBind(String key, String host, Secret secret) {
        Expect.that(
                !secret.isWellKnown() || address(key, host).isLoopbackAddress(),
                key,
                host,
                "a loopback address as long as the secret is the default one; set TRUNKLINE_SECRET to the same"
                        + " random text on every member");
    }

    static InetAddress address(String key, String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new SettingsException(key + ": " + host + " (expected: a host name or address that resolves)", e);
        }
    }
}
