package io.trunkline.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.trunkline.balancer.assign.PolicyName;
import io.trunkline.balancer.auth.AuthSettings;
import io.trunkline.balancer.auth.ResourceSettings;
import io.trunkline.balancer.auth.ScopeRules;
import io.trunkline.balancer.tls.TlsSettings;
import io.trunkline.protocol.member.SettingsException;
import io.trunkline.protocol.member.SystemConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BalancerSettingsTest {
    private static final Config REFERENCE = SystemConfig.load();

    @Test
    void theReferenceHasWhatIsPromised() {
        BalancerSettings settings = BalancerSettings.from(REFERENCE);
        assertThat(settings.policy()).isEqualTo(PolicyName.ROUND_ROBIN);
        assertThat(settings.edge().port()).isEqualTo(8000);
        assertThat(settings.edge().net().preferNative()).isTrue();
        assertThat(settings.edge().messageLimit()).isEqualTo(4 * 1024 * 1024);
        assertThat(settings.edge().timeouts().firstMessage()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.edge().timeouts().idle()).isEqualTo(Duration.ofMinutes(5));
        assertThat(settings.edge().timeouts().stall()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.http().port()).isEqualTo(8080);
        assertThat(settings.http().hosts()).containsExactly("localhost", "127.0.0.1", "[::1]");
        assertThat(settings.http().origins()).containsExactly("localhost", "127.0.0.1", "[::1]");
        assertThat(settings.http().cors()).isFalse();
        assertThat(settings.http().sessions().idle()).isEqualTo(Duration.ofMinutes(30));
        assertThat(settings.http().timeouts().comment()).isEqualTo(Duration.ofSeconds(15));
        assertThat(settings.tls().on()).isFalse();
        assertThat(settings.tls().httpPort()).isEqualTo(8443);
        assertThat(settings.tls().tcpPort()).isEqualTo(8444);
        assertThat(settings.tls().handshake()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.trunk().connect()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.relay().queueDeadline()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.edge().net().loops()).isBetween(1, 8);
    }

    @ParameterizedTest
    @CsvSource({
        "edge.port, -1",
        "edge.port, 65536",
        "edge.port, eighty",
        "edge.connection-limit, -1",
        "edge.timeouts.first-message, 0s",
        "edge.timeouts.message, -1s",
        "edge.timeouts.idle, 0s",
        "edge.timeouts.idle, forever",
        "edge.timeouts.stall, 0s",
        "http.port, 65536",
        "http.cors, perhaps",
        "http.head-limit, 255B",
        "http.comment-interval, 0s",
        "http.sessions.limit, 0",
        "http.sessions.per-source, -1",
        "http.sessions.idle, 0s",
        "http.affinity, header",
        "http.affinity, 'tool, param:'",
        "tls.certificate, /tmp/only-one-of-two.pem",
        "tls.key, /tmp/only-one-of-two.pem",
        "tls.http-port, 65536",
        "tls.tcp-port, -1",
        "tls.clients, perhaps",
        "auth.algorithms, HS256",
        "auth.algorithms, none",
        "auth.leeway, 61s",
        "reload, 0s",
        "auth.certificate-name, issuer",
        "auth.scope, quo\"te",
        "auth.scope, offline_access",
        "auth.tcp, perhaps",
        "auth.tcp, off",
        "auth.off-on-public-addresses, yes",
        "auth.keys.refresh, 0s",
        "auth.keys.pause, 0s",
        "auth.threads, 0",
        "assign.policy, random",
        "trunk.silence, 99ms",
        "relay.queue-deadline, 0s",
        "relay.move-deadline, 0s",
    })
    void aBadValueIsRefusedInOneLineThatNamesTheKey(String key, String value) {
        refusesInOneLine("trunkline.balancer.", key, value);
    }

    @ParameterizedTest
    @CsvSource({
        "member.event-loops, -1",
        "member.event-loops, 257",
        "member.prefer-native, perhaps",
        "member.message-limit, 1023B",
        "member.message-limit, 17MiB",
        "member.message-limit, large",
        "member.memory-limit, none",
        "member.memory-limit, 1023KiB",
        "member.memory-limit, 15MiB",
        "member.memory-limit, 1TiB",
    })
    void aBadValueOfWhatEveryMemberHasIsRefusedAsWell(String key, String value) {
        refusesInOneLine("trunkline.", key, value);
    }

    private static void refusesInOneLine(String section, String key, String value) {
        Config config = ConfigFactory.parseMap(Map.of(section + key, value)).withFallback(REFERENCE);
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> BalancerSettings.from(config))
                .satisfies(refusal -> assertThat(refusal.getMessage())
                        .contains(key)
                        .doesNotContain("\n")
                        .hasSizeLessThan(300));
    }

    @Test
    void withAnIssuerTheResourceAndTheFateOfTheTcpPortMustBeSaid() {
        Map<String, Object> issuer = Map.of("trunkline.balancer.auth.issuer", "https://issuer.example");
        refused(issuer, "auth.resource");
        Map<String, Object> all = new HashMap<>(issuer);
        all.put("trunkline.balancer.auth.resource", "https://mcp.example.com/mcp");
        refused(all, "auth.tcp");
        all.put("trunkline.balancer.auth.tcp", "mtls");
        refused(all, "tls.client-roots");
        all.put("trunkline.balancer.auth.tcp", "off");
        assertThat(read(all).auth().on()).isTrue();
        all.put("trunkline.balancer.auth.issuer", "http://issuer.example");
        refused(all, "auth.issuer");
        all.put("trunkline.balancer.auth.issuer", "http://127.0.0.1:9/x");
        assertThat(read(all).auth().resource().issuers())
                .extracting(ResourceSettings.Issuer::issuer)
                .containsExactly("http://127.0.0.1:9/x");
        all.put("trunkline.balancer.auth.resource", "https://mcp.example.com/mcp#x");
        refused(all, "auth.resource");
    }

    @Test
    void furtherIssuersStandInAList() {
        Config config = ConfigFactory.parseString("trunkline.balancer.auth { issuer = \"https://a.example\", tcp = off,"
                        + " resource = \"https://mcp.example.com/mcp\", jwks-uri = \"https://a.example/keys\","
                        + " issuers = [ { issuer = \"https://b.example\" },"
                        + " { issuer = \"https://c.example\", jwks-uri = \"https://c.example/keys\","
                        + " algorithms = \"EdDSA, ES384\" } ] }")
                .withFallback(REFERENCE);
        List<String> usual = List.of("RS256", "PS256", "ES256", "EdDSA", "Ed25519");
        assertThat(BalancerSettings.from(config).auth().resource().issuers())
                .containsExactly(
                        new ResourceSettings.Issuer("https://a.example", "https://a.example/keys", usual),
                        new ResourceSettings.Issuer("https://b.example", "", usual),
                        new ResourceSettings.Issuer(
                                "https://c.example", "https://c.example/keys", List.of("EdDSA", "ES384")));
        Map<String, Object> all = new HashMap<>(Map.of(
                "trunkline.balancer.auth.resource", "https://mcp.example.com/mcp",
                "trunkline.balancer.auth.tcp", "off"));
        all.put("trunkline.balancer.auth.issuers", List.of(Map.of("issuer", "https://a.example")));
        assertThat(read(all).auth().on()).isTrue();
        all.put("trunkline.balancer.auth.issuer", "https://a.example");
        refused(all, "auth.issuers");
        all.put("trunkline.balancer.auth.issuers", List.of(Map.of("issuer", "http://b.example")));
        refused(all, "auth.issuer");
        all.put(
                "trunkline.balancer.auth.issuers",
                List.of(Map.of("issuer", "https://b.example", "algorithms", "HS256")));
        refused(all, "auth.algorithms");
        all.put(
                "trunkline.balancer.auth.issuers",
                List.of(Map.of("issuer", "https://b.example", "jwks-uri", "http://b.example/keys")));
        refused(all, "auth.jwks-uri");
    }

    @Test
    void scopesAreRulesInOrder() {
        Config config = ConfigFactory.parseString("trunkline.balancer.auth { scope = \"a  b\", scopes = ["
                        + "{ method = tools/call, tool = \"x*\", scope = c }, { scope = \"d e\" }],"
                        + " wider = [{ scope = d, includes = \"a b\" }] }")
                .withFallback(REFERENCE);
        ScopeRules rules = BalancerSettings.from(config).auth().scopes();
        assertThat(rules.base()).containsOnly("a", "b");
        assertThat(rules.rules())
                .containsExactly(
                        new ScopeRules.Rule("tools/call", "x*", Set.of("c")),
                        new ScopeRules.Rule("*", "", Set.of("d", "e")));
        assertThat(rules.wider()).containsExactly(new ScopeRules.Wider("d", Set.of("a", "b")));
    }

    @Test
    void linesByCertificateNeedOne() {
        Map<String, Object> all = new HashMap<>(Map.of(
                "trunkline.balancer.tls.certificate", "c",
                "trunkline.balancer.tls.key", "k",
                "trunkline.balancer.tls.client-roots", "r",
                "trunkline.balancer.tls.clients", "optional",
                "trunkline.balancer.auth.tcp", "mtls"));
        assertThat(read(all).tls().clients().lines()).isEqualTo(TlsSettings.Ask.REQUIRED);
        all.put("trunkline.balancer.auth.certificate-scopes", "mcp");
        assertThat(read(all).auth().certificates().scopes()).containsOnly("mcp");
    }

    @Test
    void strangersOfOtherMachinesAreServedOnlyWhenThatWasWanted() {
        AuthSettings open = BalancerSettings.from(REFERENCE).auth();
        assertThat(open.on()).isFalse();
        open.requireSafeBind("127.0.0.1");
        open.requireSafeBind("localhost");
        for (String host : List.of("0.0.0.0", "192.0.2.7", "::")) {
            assertThatExceptionOfType(SettingsException.class)
                    .isThrownBy(() -> open.requireSafeBind(host))
                    .withMessageContaining("member.host: " + host)
                    .withMessageContaining("TRUNKLINE_AUTH_OFF_ON_PUBLIC_ADDRESSES=accepted");
        }
        read(Map.of("trunkline.balancer.auth.off-on-public-addresses", "accepted"))
                .auth()
                .requireSafeBind("0.0.0.0");
        read(Map.of(
                        "trunkline.balancer.auth.tokens", "/tmp/tokens",
                        "trunkline.balancer.auth.tcp", "off"))
                .auth()
                .requireSafeBind("0.0.0.0");
    }

    private static BalancerSettings read(Map<String, Object> settings) {
        return BalancerSettings.from(ConfigFactory.parseMap(settings).withFallback(REFERENCE));
    }

    private static void refused(Map<String, Object> settings, String key) {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> read(settings))
                .withMessageContaining(key);
    }

    @Test
    void aMissingKeyIsNamed() {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> BalancerSettings.from(REFERENCE.withoutPath("trunkline.balancer.trunk.silence")))
                .withMessageContaining("trunk.silence");
    }
}
