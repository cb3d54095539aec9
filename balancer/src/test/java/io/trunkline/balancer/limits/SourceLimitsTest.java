package io.trunkline.balancer.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.session.Owner;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SourceLimitsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Owner ANN = new Owner("ann-key", "", "ann");
    private static final byte[] SAID = "{}".getBytes(StandardCharsets.US_ASCII);

    private final Metrics metrics = new Metrics();
    private long now;
    private SourceLimits limits = limits("loopback", 16, new LimitSettings.Bounds(25, 2, 4, 3, 5, 1));

    private SourceLimits limits(String exempt, int tracked, LimitSettings.Bounds bounds) {
        LimitSettings settings = new LimitSettings(
                Networks.of("limits.exempt", exempt),
                tracked,
                Duration.ofSeconds(2),
                Duration.ofSeconds(30),
                bounds,
                new LimitSettings.Bounds(50, 0, 4, 0, 5, 0));
        SourceLimits made = new SourceLimits(settings, metrics, () -> now);
        made.rooms(() -> 12, () -> 8);
        return made;
    }

    @Test
    void anAddressHasItsShareOfTheConnectionsAndNoMore() {
        List<EmbeddedChannel> channels = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            assertThat(limits.connect(connection(channels, "10.0.0.1"))).isTrue();
        }
        assertThat(limits.connect(connection(channels, "10.0.0.1"))).isFalse();
        assertThat(limits.connect(connection(channels, "10.0.0.2")))
                .as("another one")
                .isTrue();
        channels.get(0).close();
        now += SECOND;
        assertThat(limits.connect(connection(channels, "10.0.0.1")))
                .as("a place is free again")
                .isTrue();
        assertThat(limited("connections")).isEqualTo(1);
    }

    @Test
    void connectionsDoNotComeMoreQuicklyThanTheyMay() {
        List<EmbeddedChannel> channels = new ArrayList<>();
        int taken = 0;
        for (int i = 0; i < 100; i++) {
            EmbeddedChannel channel = connection(channels, "10.0.0.1");
            taken += limits.connect(channel) ? 1 : 0;
            channel.close();
        }
        assertThat(taken).as("two a second, and those of two seconds at once").isEqualTo(4);
        now += SECOND;
        assertThat(limits.connect(connection(channels, "10.0.0.1"))).isTrue();
        assertThat(limited("connects")).isEqualTo(96);
    }

    @Test
    void whoIsExemptIsCountedAndNotLimited() {
        List<EmbeddedChannel> channels = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            assertThat(limits.connect(connection(channels, "127.0.0.1"))).isTrue();
        }
        Source source = Source.of(channels.get(0), limits);
        assertThat(source.connections()).isEqualTo(50);
        for (int i = 0; i < 50; i++) {
            assertThat(limits.enter(source, ANN)).isNotNull();
            assertThat(source.messages(1, now)).isZero();
            source.failedToken(now);
        }
        assertThat(source.triesTokens(now)).isFalse();
    }

    @Test
    void thePrincipalsBehindAProxyAreLimited() {
        limits = limits("10.0.0.1", 16, new LimitSettings.Bounds(25, 2, 4, 3, 5, 1));
        List<EmbeddedChannel> channels = new ArrayList<>();
        EmbeddedChannel channel = connection(channels, "10.0.0.1");
        assertThat(limits.connect(channel)).isTrue();
        Source proxy = Source.of(channel, limits);
        for (int i = 0; i < 4; i++) {
            assertThat(limits.enter(proxy, ANN)).isNotNull();
        }
        assertThat(limits.enter(proxy, ANN)).as("half of eight are hers").isNull();
        Owner ben = new Owner("ben-key", "", "ben");
        assertThat(limits.enter(proxy, ben)).isNotNull();
        assertThat(proxy.sessions()).isEqualTo(5);
    }

    @Test
    void sessionsGiveTheirPlacesBackOnce() {
        Source source = source("10.0.0.1");
        Place first = Objects.requireNonNull(limits.enter(source, Owner.NOBODY));
        assertThat(limits.enter(source, Owner.NOBODY)).isNotNull();
        assertThat(limits.enter(source, Owner.NOBODY)).isNull();
        first.leave();
        first.leave();
        assertThat(source.sessions()).isEqualTo(1);
        assertThat(limits.enter(source, Owner.NOBODY)).isNotNull();
    }

    @Test
    void messagesAreMadeToWaitForTheSlowestOfAddressAndPrincipal() {
        EmbeddedChannel channel = connection(new ArrayList<>(), "10.0.0.1");
        assertThat(limits.connect(channel)).isTrue();
        Pace pace = new Pace(channel, limits);
        for (int i = 0; i < 7; i++) {
            assertThat(pace.message(ANN, SAID, now)).as("message %s", i).isZero();
        }
        assertThat(pace.message(ANN, SAID, now)).isEqualTo(SECOND / 4);
        now += 10 * SECOND;
        assertThat(pace.message(Owner.NOBODY, SAID, now)).isZero();
        channel.close();
        assertThat(limits.of(SourceKey.Kind.PRINCIPAL)).allMatch(Source::unheld);
    }

    @Test
    void eachMemberOfABatchIsAMessage() {
        EmbeddedChannel channel = connection(new ArrayList<>(), "10.0.0.1");
        assertThat(limits.connect(channel)).isTrue();
        Pace pace = new Pace(channel, limits);
        byte[] batch = "[{\"a\":[1,2]},{},{},{},{},{},{}]".getBytes(StandardCharsets.US_ASCII);
        assertThat(pace.message(Owner.NOBODY, batch, now)).isZero();
        assertThat(pace.message(Owner.NOBODY, SAID, now)).isEqualTo(SECOND / 4);
        assertThat(pace.message(Owner.NOBODY, batch, now)).isEqualTo(2 * SECOND);
        channel.close();
    }

    @Test
    void guessesAreRefusedUnseenForAWhile() {
        Source source = source("10.0.0.1");
        for (int i = 0; i < 6; i++) {
            assertThat(source.triesTokens(now)).isFalse();
            source.failedToken(now);
        }
        assertThat(source.triesTokens(now)).isTrue();
        now += SECOND;
        assertThat(source.triesTokens(now)).isFalse();
    }

    @Test
    void remembersNoMoreSourcesThanItMayAndForgetsTheCalmOnes() {
        Source held = source("10.1.0.1");
        for (int i = 0; i < 1000; i++) {
            limits.release(source("10.0." + i / 250 + "." + i % 250));
            assertThat(limits.size()).isLessThanOrEqualTo(16);
        }
        assertThat(source("10.1.0.1")).as("one that has something").isSameAs(held);
    }

    @Test
    void whatThereIsNoRoomToRememberIsNotLimited() {
        for (int i = 0; i < 16; i++) {
            source("10.0.0." + i);
        }
        assertThat(source("10.9.9.9")).isSameAs(limits.others());
        limits.release(limits.others());
        assertThat(limits.size()).isEqualTo(16);
    }

    @Test
    void theOldestIdleSessionOfTheHeaviestSourceMakesRoom() {
        now = 1000 * SECOND;
        limits = limits("", 16, new LimitSettings.Bounds(100, 0, 0, 0, 0, 0));
        Source flood = source("10.0.0.1");
        Source other = source("10.0.0.2");
        Source newcomer = source("10.0.0.3");
        FakeOccupant old = enter(flood, 10 * SECOND);
        FakeOccupant older = enter(flood, 5 * SECOND);
        FakeOccupant busy = enter(flood, 0);
        busy.busy = true;
        FakeOccupant fresh = enter(flood, 990 * SECOND);
        FakeOccupant oldest = enter(other, 1);

        assertThat(limits.shed(newcomer)).isTrue();
        assertThat(older.ended).isTrue();
        assertThat(limits.shed(flood)).as("nobody makes room for himself").isFalse();
        assertThat(limits.shed(newcomer)).isTrue();
        assertThat(old.ended).isTrue();
        now += SECOND;
        assertThat(limits.shed(newcomer))
                .as("what is left is busy, active, or not the heaviest's")
                .isFalse();
        assertThat(List.of(busy.ended, fresh.ended, oldest.ended)).containsOnly(false);
        assertThat(limited("shed")).isEqualTo(2);
    }

    @Test
    void thoseWithoutAPrincipalGoFirst() {
        now = 1000 * SECOND;
        limits = limits("", 16, new LimitSettings.Bounds(100, 0, 0, 0, 0, 0));
        Source office = source("10.0.0.1");
        Source flood = source("10.0.0.2");
        Source newcomer = source("10.0.0.3");
        List<FakeOccupant> known = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            known.add(new FakeOccupant(Objects.requireNonNull(limits.enter(office, ANN)), 0));
        }
        FakeOccupant unknown = enter(flood, 900 * SECOND);
        enter(flood, 999 * SECOND);
        assertThat(limits.shed(newcomer)).isTrue();
        assertThat(unknown.ended).isTrue();
        now += SECOND;
        assertThat(limits.shed(newcomer)).isTrue();
        assertThat(known).anyMatch(one -> one.ended);
    }

    @Test
    void sessionsOfAnotherBalancerWhoseClientsHaveNotComeMakeRoom() {
        now = 1000 * SECOND;
        FakeOccupant one = new FakeOccupant(limits.enterAdopted(), 0);
        FakeOccupant two = new FakeOccupant(limits.enterAdopted(), 0);
        assertThat(limits.shed(source("10.0.0.3"))).isTrue();
        assertThat(List.of(one.ended, two.ended)).containsOnlyOnce(true);
    }

    private FakeOccupant enter(Source source, long active) {
        return new FakeOccupant(Objects.requireNonNull(limits.enter(source, Owner.NOBODY)), active);
    }

    private Source source(String address) {
        try {
            return limits.address(InetAddress.getByName(address));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private long limited(String limit) {
        return metrics.counter("trunkline.limited", Map.of("limit", limit)).total();
    }

    private static EmbeddedChannel connection(List<EmbeddedChannel> all, String from) {
        EmbeddedChannel channel = new EmbeddedChannel() {
            @Override
            protected SocketAddress remoteAddress0() {
                return new InetSocketAddress(from, 1234);
            }
        };
        all.add(channel);
        return channel;
    }

    private static final class FakeOccupant implements Occupant {
        private final Place place;
        private final long active;
        private boolean busy;
        private boolean ended;

        FakeOccupant(Place place, long active) {
            this.place = place;
            this.active = active;
            place.occupy(this);
        }

        @Override
        public String session() {
            return "";
        }

        @Override
        public long activeNanos() {
            return active;
        }

        @Override
        public boolean busy() {
            return busy;
        }

        @Override
        public void end(long idleNanos) {
            ended = true;
            place.leave();
        }
    }
}
