package io.trunkline.scenario;

import static java.util.Objects.requireNonNull;

import io.trunkline.testkit.ClientScripts;
import io.trunkline.testkit.TestCluster;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Official clients and a real authorization server, {@code oidc-provider}, which the scripts in {@code clients/}
 * start: from the first 401 to a tool that needs a further scope, by client credentials and by an authorization code,
 * and on when a token has ended or its key is withdrawn.
 */
@Timeout(240)
final class ClientAuthorizationScenario {
    /** Whatever is needed besides the scope of every request; keys are asked for sooner than in production. */
    private static final String OPTIONS = "-Dtrunkline.balancer.auth.scopes.0.method=tools/call"
            + " -Dtrunkline.balancer.auth.scopes.0.tool=add"
            + " -Dtrunkline.balancer.auth.scopes.0.scope=write"
            + " -Dtrunkline.balancer.auth.keys.pause=500ms"
            + " -Dtrunkline.balancer.auth.leeway=0s";

    private static @Nullable ClientScripts installed;
    private static @Nullable TestCluster started;
    private static int issuerPort;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        ClientScripts scripts = ClientScripts.install();
        installed = scripts;
        TestCluster cluster = TestCluster.prepare(
                ClientAuthorizationScenario.class,
                1,
                1,
                Map.of(
                        "TRUNKLINE_AUTH_SCOPE", "mcp",
                        "TRUNKLINE_AUTH_TCP", "off",
                        "TRUNKLINE_HTTP_CORS", "on",
                        "JAVA_TOOL_OPTIONS", OPTIONS));
        started = cluster;
        issuerPort = cluster.freePort();
        cluster.with("TRUNKLINE_AUTH_ISSUER", "http://127.0.0.1:" + issuerPort)
                .with("TRUNKLINE_AUTH_RESOURCE", resource(cluster))
                .startAll();
        scripts.awaitInstalled();
    }

    @AfterAll
    static void stop() throws IOException {
        if (installed != null) {
            installed.close();
        }
        if (started != null) {
            started.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void theTypeScriptSdkFindsItsWayToATokenAndIsServed(String sdk) throws IOException, InterruptedException {
        String address = resource(requireNonNull(started));
        requireNonNull(installed).run("authorization.mjs", sdk, address, Integer.toString(issuerPort));
    }

    private static String resource(TestCluster cluster) {
        InetSocketAddress address = cluster.httpAddress("balancer-1");
        return "http://" + address.getHostString() + ":" + address.getPort() + "/mcp";
    }
}
