package io.trunkline.protocol.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.ExtendedKeyUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where Artery may listen, and with which certificates. */
class ArteryTlsTest {
    private static final String BEYOND = "0.0.0.0";
    private static final String BIND = "pekko.remote.artery.bind.hostname";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path directory;

    @AfterEach
    void forget() {
        System.clearProperty(BIND);
        ConfigFactory.invalidateCaches();
    }

    @Test
    void withoutCertificatesArteryStaysOnThisMachine() {
        assertThatThrownBy(() -> read(Map.of("trunkline.member.host", BEYOND)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("member.host: 0.0.0.0")
                .hasMessageContaining("trunkline.member.tls.certificate")
                .hasMessageContaining("TRUNKLINE_CLUSTER_CERTIFICATE")
                .hasMessageContaining("TRUNKLINE_ARTERY_PLAIN");
        assertThat(read(Map.of()).artery().on()).isFalse();
    }

    @Test
    void theBackDoorIsShutAsWell() {
        Config loaded = SystemConfig.load();
        MemberSettings settings = read(Map.of());
        System.setProperty(BIND, BEYOND);
        ConfigFactory.invalidateCaches();
        assertThatThrownBy(() -> SystemConfig.forMember(settings, loaded))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(BIND)
                .hasMessageContaining("TRUNKLINE_CLUSTER_CERTIFICATE");
    }

    @Test
    void plainBeyondThisMachineHasToBeSaid() {
        Map<String, String> plain =
                Map.of("trunkline.member.host", BEYOND, "trunkline.member.artery-plain", "accepted");
        assertThat(read(plain).artery().on()).isFalse();
        assertThatThrownBy(() -> read(Map.of("trunkline.member.artery-plain", "yes")))
                .hasMessageContaining("member.artery-plain: yes (expected: accepted or refused)");
    }

    @Test
    void certificatesMakeArterySpeakTls() {
        Map<String, String> tls = new HashMap<>(new ClusterAuthority(directory, "ours").settings("node-1"));
        tls.put("trunkline.member.host", BEYOND);
        MemberSettings settings = read(tls);
        Config config = SystemConfig.forMember(settings, SystemConfig.load());
        assertThat(config.getString("pekko.remote.artery.transport")).isEqualTo("tls-tcp");
        Config engine = config.getConfig("pekko.remote.artery.ssl.rotating-keys-engine");
        assertThat(engine.getString("protocol")).isEqualTo("TLSv1.3");
        assertThat(engine.getString("key-file")).isEqualTo(tls.get("trunkline.member.tls.key"));
    }

    @Test
    void theThreeFilesBelongTogether() {
        Map<String, String> tls = new HashMap<>(new ClusterAuthority(directory, "ours").settings("node-1"));
        Map<String, String> other = new ClusterAuthority(directory, "other").settings("node-1");
        for (String key : tls.keySet()) {
            refused(tls, key, "", "not blank");
            refused(tls, key, directory + "/none.pem", key.substring("trunkline.".length()));
        }
        refused(
                tls,
                "trunkline.member.tls.key",
                String.valueOf(other.get("trunkline.member.tls.key")),
                "the private key of");
        refused(
                tls,
                "trunkline.member.tls.authority",
                String.valueOf(other.get("trunkline.member.tls.authority")),
                "has issued");
    }

    @Test
    void aCertificateForServersOnlyIsRefused() throws Exception {
        ClusterAuthority authority = new ClusterAuthority(directory, "ours");
        Map<String, String> tls = authority.settings("node-1");
        String server = new CertificateBuilder()
                .subject("CN=trunkline")
                .algorithm(CertificateBuilder.Algorithm.rsa2048)
                .addExtendedKeyUsage(ExtendedKeyUsage.PKIX_KP_SERVER_AUTH)
                .buildIssuedBy(authority.root())
                .getCertificatePEM();
        refused(tls, "trunkline.member.tls.certificate", file("server.crt", server), "clientAuth");
    }

    @Test
    void whatCannotBeReadIsNotQuoted() throws IOException {
        Map<String, String> tls = new ClusterAuthority(directory, "ours").settings("node-1");
        String key = file("broken.key", "-----BEGIN PRIVATE KEY-----\nsecret!\n-----END PRIVATE KEY-----\n");
        assertThatThrownBy(() -> read(with(tls, "trunkline.member.tls.key", key)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("member.tls.key: " + key)
                .hasMessageNotContaining("secret!");
    }

    private void refused(Map<String, String> settings, String key, String value, String because) {
        assertThatThrownBy(() -> read(with(settings, key, value)))
                .as(key + " " + value)
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(because);
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    private static Map<String, String> with(Map<String, String> settings, String key, String value) {
        Map<String, String> changed = new HashMap<>(settings);
        changed.put(key, value);
        return changed;
    }

    private static MemberSettings read(Map<String, String> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put("trunkline.member.secret", "a secret of this cluster");
        all.put("trunkline.member.advertised-host", "192.0.2.1");
        return MemberSettings.from(ConfigFactory.parseMap(all).withFallback(SystemConfig.load()), "node");
    }
}
