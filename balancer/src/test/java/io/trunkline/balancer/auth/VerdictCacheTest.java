package io.trunkline.balancer.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.protocol.frame.Bytes;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class VerdictCacheTest {
    private static final Principal SOMEBODY = new Principal(Principal.Kind.SUBJECT, "issuer", "somebody");
    private static final long SECOND = 1_000_000_000L;

    private final long now = System.nanoTime();

    @Test
    void keepsWhatIsThoughtOfATokenForAWhile() {
        VerdictCache<Denial> cache = new VerdictCache<>(10, 5 * SECOND);
        Denial denial = new Denial(401, "no", "");
        cache.put(digest(1), denial, now);
        assertThat(cache.find(digest(1), now + 4 * SECOND)).isSameAs(denial);
        assertThat(cache.find(digest(1), now + 5 * SECOND)).isNull();
        assertThat(cache.find(digest(2), now)).isNull();
    }

    @Test
    void knowsNothingOfATokenThatHasEnded() {
        VerdictCache<Grant> cache = new VerdictCache<>(10, 3600 * SECOND);
        Grant grant = Grant.lasting(SOMEBODY, Set.of(), Duration.ofSeconds(60), new AtomicBoolean());
        cache.put(digest(1), grant, now);
        assertThat(cache.find(digest(1), now + 59 * SECOND)).isSameAs(grant);
        assertThat(cache.find(digest(1), now + 70 * SECOND)).isNull();
        Grant revoked = Grant.unlimited(SOMEBODY, Set.of());
        cache.put(digest(2), revoked, now);
        revoked.revoke();
        assertThat(cache.find(digest(2), now)).isNull();
    }

    @Test
    void neverHoldsMoreThanItMay() {
        VerdictCache<Denial> cache = new VerdictCache<>(10, SECOND);
        for (int i = 0; i < 1000; i++) {
            cache.put(digest(i), new Denial(401, "no", ""), now);
            assertThat(cache.find(digest(i), now)).isNotNull();
            assertThat(cache.size()).isLessThanOrEqualTo(10);
        }
        cache.put(digest(2000), new Denial(401, "no", ""), now + 3 * SECOND);
        assertThat(cache.size()).as("what was over is gone").isEqualTo(1);
    }

    @Test
    void principalsOfOtherKindsOrIssuersAreOthers() {
        assertThat(Set.of(
                        key(Principal.Kind.SUBJECT, "a", "bc"),
                        key(Principal.Kind.SUBJECT, "ab", "c"),
                        key(Principal.Kind.SUBJECT, "", "abc"),
                        key(Principal.Kind.TOKEN, "", "abc"),
                        key(Principal.Kind.CERTIFICATE, "", "abc")))
                .hasSize(5)
                .allSatisfy(key -> assertThat(key).matches("[A-Za-z0-9_-]{22}"));
        assertThat(key(Principal.Kind.TOKEN, "", "a")).isEqualTo(key(Principal.Kind.TOKEN, "", "a"));
    }

    @Test
    void aGrantHoldsForItsTimeAndNoLongerThanThirtyDays() {
        assertThat(Grant.lasting(SOMEBODY, Set.of(), Duration.ofSeconds(-1), new AtomicBoolean())
                        .over(System.nanoTime()))
                .isTrue();
        Grant longest = Grant.lasting(SOMEBODY, Set.of(), Duration.ofSeconds(Long.MAX_VALUE), new AtomicBoolean());
        assertThat(longest.over(System.nanoTime())).isFalse();
        assertThat(longest.over(System.nanoTime() + Duration.ofDays(31).toNanos()))
                .isTrue();
    }

    private static String key(Principal.Kind kind, String issuer, String name) {
        return new Principal(kind, issuer, name).key();
    }

    private static Bytes digest(int number) {
        return Digests.of("token-" + number);
    }
}
