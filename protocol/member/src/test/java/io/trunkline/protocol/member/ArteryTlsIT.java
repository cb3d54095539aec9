package io.trunkline.protocol.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.OperatingSystemMXBean;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.netty.pkitesting.X509Bundle;
import io.trunkline.protocol.metrics.Metrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Members that show each other certificates, and strangers that have none, or others. */
@Timeout(120)
class ArteryTlsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    /** Less than the phase of the shutdown that waits for the actor system. */
    private static final Duration END = Duration.ofSeconds(9);

    private static final String SECRET = "a secret that strangers know";

    private final List<Member<?>> members = new ArrayList<>();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path directory;

    @AfterEach
    void stop() {
        members.forEach(member -> ActorTestKit.shutdown(member.system(), END));
    }

    @Test
    void membersWithCertificatesOfOneAuthorityJoinAndStrangersDisturbNobody() throws Exception {
        ClusterAuthority authority = new ClusterAuthority(directory, "ours");
        Member<?> first = start("node-1", "", authority);
        HostPort artery = first.endpoints().artery();
        Member<?> second = start("balancer-1", artery.toString(), authority);
        awaitUp(first, second);

        SSLContext without = trusting(null);
        SSLContext foreign = trusting(new ClusterAuthority(directory, "foreign").issue());
        long before = cpuMillis();
        for (int stream = 1; stream <= 3; stream++) {
            plain(artery, nineBytes(stream, Integer.MAX_VALUE));
            tls(without, artery, nineBytes(stream, Integer.MAX_VALUE));
            tls(foreign, artery, nineBytes(stream, -100));
        }
        Member<?> third = start("node-2", artery.toString(), authority);
        awaitUp(first, second, third);
        long used = cpuMillis() - before;
        assertThat(used)
                .as("milliseconds of processor time, with three members at rest")
                .isLessThan(30_000);
        assertThat(cpuMillisIn(Duration.ofSeconds(1))).isLessThan(700);
    }

    @Test
    void aMemberWithACertificateOfAnotherAuthorityDoesNotJoin() {
        Member<?> first = start("node-1", "", new ClusterAuthority(directory, "ours"));
        String seed = first.endpoints().artery().toString();
        Member<?> other = start("node-2", seed, new ClusterAuthority(directory, "foreign"));
        awaitUp(first);
        await().during(Duration.ofSeconds(5)).atMost(Duration.ofSeconds(8)).until(() -> size(first) == 1);
        assertThat(size(other)).isZero();
    }

    private static byte[] nineBytes(int stream, int length) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new Secret(SECRET).magic().chars().forEach(bytes::write);
        bytes.write(stream);
        for (int shift = 0; shift < 32; shift += 8) {
            bytes.write(length >> shift);
        }
        return bytes.toByteArray();
    }

    private static void plain(HostPort to, byte[] bytes) throws IOException {
        try (Socket stranger = new Socket(to.host(), to.port())) {
            say(stranger, bytes);
        }
    }

    private static void tls(SSLContext context, HostPort to, byte[] bytes) throws IOException {
        try (Socket stranger = context.getSocketFactory().createSocket(to.host(), to.port())) {
            say(stranger, bytes);
        }
    }

    /** Says it and waits until the member has closed the connection. */
    private static void say(Socket stranger, byte[] bytes) throws IOException {
        stranger.setSoTimeout((int) PATIENCE.toMillis());
        try {
            stranger.getOutputStream().write(bytes);
            stranger.getOutputStream().flush();
            stranger.getInputStream().readAllBytes();
        } catch (SSLException | SocketException e) {
            // As good as an end.
        }
    }

    /** A stranger that believes everybody, with this certificate or none. */
    private static SSLContext trusting(@Nullable X509Bundle own) throws Exception {
        KeyManager[] keys = null;
        if (own != null) {
            KeyManagerFactory factory = own.toKeyManagerFactory();
            keys = factory.getKeyManagers();
        }
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys, new TrustManager[] {new Credulous()}, new SecureRandom());
        return context;
    }

    private Member<?> start(String name, String seeds, ClusterAuthority authority) {
        Map<String, Object> settings = new HashMap<>(authority.settings(name));
        settings.put("trunkline.member.name", name);
        settings.put("trunkline.member.secret", SECRET);
        settings.put("trunkline.member.seeds", seeds);
        for (String port : List.of("artery", "management", "prometheus")) {
            settings.put("trunkline.member." + port + "-port", 0);
        }
        settings.put("pekko.jvm-exit-on-fatal-error", "off");
        Config config = ConfigFactory.parseMap(settings).withFallback(SystemConfig.load());
        String role = name.startsWith("node") ? "node" : "balancer";
        Member<?> member = Member.start(MemberSettings.from(config, role), config, new Metrics(), Behaviors.empty());
        members.add(member);
        return member;
    }

    private static void awaitUp(Member<?>... all) {
        for (Member<?> member : all) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(
                                    Cluster.get(member.system()).state().getMembers())
                            .hasSize(all.length)
                            .allMatch(peer -> peer.status().equals(MemberStatus.up())));
            assertThat(Cluster.get(member.system()).state().getUnreachable()).isEmpty();
        }
    }

    private static long size(Member<?> member) {
        return StreamSupport.stream(
                        Cluster.get(member.system()).state().getMembers().spliterator(), false)
                .count();
    }

    private static long cpuMillis() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1_000_000;
    }

    private static long cpuMillisIn(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        long before = cpuMillis();
        await().pollInterval(Duration.ofMillis(100)).until(() -> System.nanoTime() - end > 0);
        return cpuMillis() - before;
    }
}
