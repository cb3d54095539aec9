package io.trunkline.balancer.auth.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.sun.net.httpserver.HttpServer;
import io.trunkline.balancer.auth.TestIssuer;
import io.trunkline.balancer.auth.keys.IssuerKeys.Fetched;
import io.trunkline.balancer.auth.keys.IssuerKeys.Wait;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When keys are fetched and who waits for it, by a clock that the test moves. */
@Timeout(60)
class IssuerKeysTest {
    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(2);

    private record Planned(long atNanos, Runnable task) {}

    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final List<JWK> published = new CopyOnWriteArrayList<>(List.of(TestIssuer.ec()));
    private final Queue<Planned> planned = new ArrayDeque<>();
    private final List<Fetched> heard = new ArrayList<>();
    private final Asker somebody = new Asker("a");
    private volatile Runnable meanwhile = () -> {};
    private volatile int status = 200;
    private long now = 42;
    private int fetches;

    IssuerKeysTest() throws IOException {
        server.createContext("/", exchange -> {
            byte[] set = new JWKSet(List.copyOf(published)).toString().getBytes(StandardCharsets.UTF_8);
            meanwhile.run();
            exchange.sendResponseHeaders(status, set.length);
            exchange.getResponseBody().write(set);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void whoeverShowsAnUnknownKeyWaitsForTheFetchThatIsAllowedNext() {
        IssuerKeys keys = fetched();
        JWK added = TestIssuer.ec();
        published.add(added);
        for (int i = 0; i < 100; i++) {
            assertThat(keys.await(somebody, header(i % 2 == 0 ? added : TestIssuer.ec()), heard::add))
                    .isEqualTo(Wait.BEGUN);
        }
        pass(PAUSE.minusNanos(1));
        assertThat(heard).isEmpty();
        pass(Duration.ofNanos(1));
        assertThat(heard).hasSize(100).containsOnly(Fetched.SINCE);
        assertThat(fetches).isEqualTo(2);
        assertThat(keys.of(header(added))).hasSize(1);
        assertThat(keys.waiting()).isZero();
    }

    @Test
    void theFirstKeysAreWaitedForToo() {
        IssuerKeys keys = keys(PAUSE);
        assertThat(keys.await(somebody, header(published.get(0)), heard::add)).isEqualTo(Wait.BEGUN);
        pass(Duration.ZERO);
        assertThat(heard).containsExactly(Fetched.SINCE);
    }

    @Test
    void aFetchThatHadBegunDoesNotDoForWhomComesLater() {
        IssuerKeys keys = fetched();
        JWK late = TestIssuer.ec();
        pass(PAUSE);
        meanwhile = () -> {
            // After the set was read, and before it was received.
            now++;
            assertThat(keys.await(somebody, header(late), heard::add)).isEqualTo(Wait.BEGUN);
            published.add(late);
        };
        keys.refresh();
        pass(Duration.ZERO);
        meanwhile = () -> {};
        assertThat(heard).containsExactly(Fetched.BEFORE);
        assertThat(keys.await(somebody, header(late), heard::add)).isEqualTo(Wait.BEGUN);
        pass(PAUSE);
        assertThat(heard).containsExactly(Fetched.BEFORE, Fetched.SINCE);
        assertThat(keys.of(header(late))).hasSize(1);
    }

    @Test
    void aNameThatWasLookedForIsMissingUntilItMayBeLookedForAgain() {
        IssuerKeys keys = fetched();
        JWK unknown = TestIssuer.ec();
        keys.await(somebody, header(unknown), heard::add);
        pass(PAUSE);
        assertThat(keys.await(somebody, header(unknown), heard::add)).isEqualTo(Wait.MISSING);
        assertThat(keys.await(somebody, header(TestIssuer.ec()), heard::add)).isEqualTo(Wait.BEGUN);
        published.add(unknown);
        pass(PAUSE);
        assertThat(keys.await(somebody, header(unknown), heard::add)).isEqualTo(Wait.KNOWN);
        published.remove(unknown);
        pass(PAUSE);
        keys.refresh();
        pass(Duration.ZERO);
        assertThat(keys.await(somebody, header(unknown), heard::add))
                .as("withdrawn")
                .isEqualTo(Wait.MISSING);
        pass(PAUSE);
        published.add(unknown);
        assertThat(keys.await(somebody, header(unknown), heard::add)).isEqualTo(Wait.BEGUN);
        pass(Duration.ZERO);
        assertThat(keys.of(header(unknown))).hasSize(1);
    }

    @Test
    void anIssuerThatFailsIsAskedAgainSooner() {
        status = 500;
        IssuerKeys keys = fetched();
        assertThat(keys.await(somebody, header(published.get(0)), heard::add)).isEqualTo(Wait.BEGUN);
        assertThat(keys.retrySeconds()).isEqualTo(2);
        pass(RETRY);
        assertThat(heard).containsExactly(Fetched.NOTHING);
        status = 200;
        keys.await(somebody, header(published.get(0)), heard::add);
        pass(RETRY);
        assertThat(heard).containsExactly(Fetched.NOTHING, Fetched.SINCE);
    }

    @Test
    void nobodyWaitsForLongerThanAllowed() {
        IssuerKeys keys = keys(Duration.ofSeconds(3));
        keys.refresh();
        pass(Duration.ZERO);
        assertThat(keys.await(somebody, header(TestIssuer.ec()), heard::add)).isEqualTo(Wait.LATER);
        assertThat(keys.retrySeconds()).isEqualTo(10);
        pass(Duration.ofSeconds(7));
        assertThat(keys.await(somebody, header(TestIssuer.ec()), heard::add)).isEqualTo(Wait.BEGUN);
        assertThat(keys.retrySeconds()).isEqualTo(3);
    }

    @Test
    void oneSourceTakesHalfOfTheRoomAndAllTogetherTheWhole() {
        IssuerKeys keys = fetched();
        int half = IssuerKeys.MOST_WAITING / 2;
        JWSHeader made = header(TestIssuer.ec());
        for (int i = 0; i < half; i++) {
            assertThat(keys.await(somebody, made, heard::add)).isEqualTo(Wait.BEGUN);
        }
        assertThat(keys.await(new Asker("a"), made, heard::add)).isEqualTo(Wait.CROWDED);
        for (int i = 0; i < half; i++) {
            assertThat(keys.await(new Asker(i), made, heard::add)).isEqualTo(Wait.BEGUN);
        }
        assertThat(keys.await(new Asker("b"), made, heard::add)).isEqualTo(Wait.CROWDED);
        pass(PAUSE);
        assertThat(heard).hasSize(2 * half);
        assertThat(keys.await(new Asker("a"), header(TestIssuer.ec()), heard::add))
                .isEqualTo(Wait.BEGUN);
    }

    @Test
    void whoeverLeavesMakesRoomAndHearsNothing() {
        IssuerKeys keys = fetched();
        JWSHeader made = header(TestIssuer.ec());
        for (int i = 0; i < 2 * IssuerKeys.MOST_WAITING; i++) {
            Asker brief = new Asker("a");
            assertThat(keys.await(brief, made, heard::add)).isEqualTo(Wait.BEGUN);
            brief.leave();
            assertThat(keys.await(brief, made, heard::add)).isEqualTo(Wait.CROWDED);
        }
        assertThat(keys.waiting()).isZero();
        pass(PAUSE);
        assertThat(heard).isEmpty();
    }

    @Test
    void addressesOfOneCustomerAreOneSource() {
        Object one = Asker.source(new InetSocketAddress("2001:db8:1:2::1", 1));
        assertThat(one).isEqualTo(Asker.source(new InetSocketAddress("2001:db8:1:2:ffff::2", 2)));
        assertThat(one).isNotEqualTo(Asker.source(new InetSocketAddress("2001:db8:1:3::1", 1)));
        Object old = Asker.source(new InetSocketAddress("192.0.2.1", 1));
        assertThat(old).isEqualTo(Asker.source(new InetSocketAddress("192.0.2.1", 2)));
        assertThat(old).isNotEqualTo(Asker.source(new InetSocketAddress("192.0.2.2", 1)));
    }

    private IssuerKeys keys(Duration patience) {
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        return new IssuerKeys(
                "https://as.example",
                uri,
                new FetchPace(Duration.ofSeconds(30), PAUSE, RETRY, patience),
                (delay, task) -> planned.add(new Planned(now + delay.toNanos(), task)),
                () -> now);
    }

    /** Some that have been fetched, or not, just now. */
    private IssuerKeys fetched() {
        IssuerKeys keys = keys(PAUSE);
        keys.refresh();
        pass(Duration.ZERO);
        return keys;
    }

    private void pass(Duration time) {
        now += time.toNanos();
        while (!planned.isEmpty() && planned.element().atNanos() <= now) {
            fetches++;
            planned.remove().task().run();
        }
    }

    private static JWSHeader header(JWK key) {
        return TestIssuer.header(key);
    }
}
