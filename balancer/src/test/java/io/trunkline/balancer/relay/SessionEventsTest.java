package io.trunkline.balancer.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.balancer.relay.SessionEvents.Event;
import io.trunkline.balancer.relay.SessionEvents.Kind;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.session.SessionId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SessionEventsTest {
    private static final int CAPACITY = 8;

    private final AtomicLong clock = new AtomicLong(1_000);
    private final SessionEvents events = new SessionEvents(new Metrics(), CAPACITY, clock::incrementAndGet);
    private final String session = SessionId.mint(3);
    private final String other = SessionId.mint(3);

    @Test
    void tellsWhatHappenedToOneSessionInOrder() {
        events.record(session, Kind.OPENED, "node-1", 1, "");
        events.record(other, Kind.OPENED, "node-2", 1, "");
        events.record(session, Kind.LOST, "node-1", 1, "connection reset");
        events.record(session, Kind.REPLAYED, "node-2", 2, 5, "");

        assertThat(events.of(session))
                .containsExactly(
                        new Event(0, 1_001, session, Kind.OPENED, "node-1", 1, 1, ""),
                        new Event(2, 1_003, session, Kind.LOST, "node-1", 1, 1, "connection reset"),
                        new Event(3, 1_004, session, Kind.REPLAYED, "node-2", 2, 5, ""));
        assertThat(events.of(other)).hasSize(1);
    }

    @Test
    void keepsTheNewestEventsAndNoMoreThanItHasPlacesFor() {
        for (int epoch = 1; epoch <= 3 * CAPACITY; epoch++) {
            events.record(session, Kind.MOVED, "node-1", epoch, "");
        }

        assertThat(events.of(session))
                .extracting(Event::epoch)
                .containsExactlyElementsOf(IntStream.rangeClosed(2 * CAPACITY + 1, 3 * CAPACITY)
                        .boxed()
                        .toList());
    }

    @Test
    void aClockThatIsSetBackDoesNotChangeTheOrder() {
        events.record(session, Kind.OPENED, "node-1", 1, "");
        clock.set(0);
        events.record(session, Kind.LOST, "node-1", 1, "");

        assertThat(events.of(session)).extracting(Event::kind).containsExactly(Kind.OPENED, Kind.LOST);
    }

    @Test
    void addsUpWhatHasACountAndOverlooksNothingButZero() {
        events.record(session, Kind.REPLAYED, "node-1", 2, 5, "");
        events.record(session, Kind.REPLAYED, "node-1", 3, 2, "");
        events.record(session, Kind.UNKNOWN, "node-1", 3, 0, "");
        events.record("", Kind.REFUSED, "", 0, "no_node");

        assertThat(events.total(Kind.REPLAYED)).isEqualTo(7);
        assertThat(events.total(Kind.UNKNOWN)).isZero();
        assertThat(events.total(Kind.REFUSED)).isEqualTo(1);
        assertThat(events.of(session)).extracting(Event::kind).containsExactly(Kind.REPLAYED, Kind.REPLAYED);
    }

    @Test
    void knowsNothingOfWhatIsNoSessionId() {
        events.record("short", Kind.OPENED, "node-1", 1, "");

        assertThat(events.of("short")).isEmpty();
        assertThat(events.of("")).isEmpty();
        assertThat(events.of(SessionId.mint(3))).isEmpty();
    }

    @Test
    void eachKindHasALabelOfItsOwn() {
        assertThat(Kind.values())
                .extracting(Kind::label)
                .doesNotHaveDuplicates()
                .allMatch(label -> label.matches("[a-z]+"));
    }

    @Test
    void losesNothingWhenManyThreadsRecord() throws InterruptedException {
        SessionEvents large = new SessionEvents(new Metrics());
        int threads = 4;
        int each = SessionEvents.CAPACITY / threads;
        CountDownLatch start = new CountDownLatch(1);
        List<String> sessions = new ArrayList<>();
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            String own = SessionId.mint(i);
            sessions.add(own);
            Thread writer = new Thread(() -> {
                try {
                    start.await();
                } catch (InterruptedException e) {
                    return;
                }
                for (int epoch = 1; epoch <= each; epoch++) {
                    large.record(own, Kind.MOVED, "node-1", epoch, "");
                }
            });
            writer.start();
            writers.add(writer);
        }
        start.countDown();
        for (Thread writer : writers) {
            writer.join();
        }

        assertThat(large.total(Kind.MOVED)).isEqualTo(SessionEvents.CAPACITY);
        for (String own : sessions) {
            assertThat(large.of(own))
                    .extracting(Event::epoch)
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(1, each).boxed().toList());
        }
    }
}
