package io.trunkline.protocol.metrics;

import java.time.Duration;
import java.util.function.Consumer;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Supervision;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of the numbers: {@code tick 1 s -> snapshot -> (a) Kamon, (b) MemberReport to the balancers}.
 *
 * <p>Each branch takes snapshots at its own pace; while one is busy, later snapshots are merged into a single one,
 * so a slow branch costs one snapshot of memory and delays nobody.
 */
public final class MetricsStream {

    /** Time between two snapshots. */
    static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(MetricsStream.class);

    private MetricsStream() {}

    /** Begins, and goes on until {@code system} ends. */
    public static void run(
            ActorSystem<?> system, Metrics metrics, Consumer<Snapshot> kamon, Consumer<Snapshot> balancers) {
        Source.tick(Duration.ZERO, INTERVAL, "tick")
                .map(tick -> metrics.snapshot())
                .alsoTo(branch("kamon", kamon))
                .to(branch("balancers", balancers))
                .withAttributes(ActorAttributes.withSupervisionStrategy(MetricsStream::resume))
                .run(system);
    }

    private static Sink<Snapshot, NotUsed> branch(String name, Consumer<Snapshot> consumer) {
        return Flow.<Snapshot>create()
                .conflate(Snapshot::followedBy)
                .to(Flow.<Snapshot>create()
                        .to(Sink.foreach(consumer::accept))
                        .named(name)
                        .async()
                        .addAttributes(Attributes.inputBuffer(1, 1)));
    }

    private static Supervision.Directive resume(Throwable failure) {
        LOG.warn("metrics.failed error={}", failure.toString());
        return (Supervision.Directive) Supervision.resume();
    }
}
