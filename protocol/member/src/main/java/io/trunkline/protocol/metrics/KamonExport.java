package io.trunkline.protocol.metrics;

import io.trunkline.protocol.metrics.Snapshot.Sample;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import kamon.Kamon;
import kamon.metric.Gauge;
import kamon.metric.Histogram;
import kamon.metric.MeasurementUnit;
import kamon.tag.TagSet;

/**
 * Carries snapshots into Kamon's instruments, every one tagged with member and role.
 *
 * <p>Used by one thread at a time.
 */
public final class KamonExport implements Consumer<Snapshot> {

    private static final Map<String, String> HELP = Map.of(
            "trunkline.messages", "Messages from clients (in) and to clients (out)",
            "trunkline.bytes", "Bytes of messages from clients (in) and to clients (out)",
            "trunkline.connections", "Clients served now",
            "trunkline.connections.limit", "Most clients taken; 0 for no limit",
            "trunkline.accepting", "1 while new clients are taken",
            "trunkline.full", "1 while new clients are refused until others have gone",
            "trunkline.backend.connections", "Clients served now by each node",
            "trunkline.session.rehome", "Time from the loss of a session's binding to the next one",
            "trunkline.session.events", "What happened to sessions; replayed and unknown count messages",
            "trunkline.metrics.overflow", "Counters and gauges refused because there were too many");
    private static final Map<String, String> IN = Map.of("direction", "in");
    private static final Map<String, String> OUT = Map.of("direction", "out");

    private final TagSet self;
    private final Histogram latency;
    private final Map<String, Histogram> timers = new HashMap<>();
    private final Map<Sample.Key, Long> totalsBefore = new HashMap<>();
    private final Map<Sample.Key, Gauge> gauges = new HashMap<>();

    /** Tags everything with this {@code member} and its {@code role}. */
    public KamonExport(String member, String role) {
        self = TagSet.builder().add("member", member).add("role", role).build();
        latency = Kamon.histogram(
                        "trunkline.request.latency",
                        "Time from request to answer",
                        MeasurementUnit.time().nanoseconds())
                .withTags(self);
    }

    @Override
    public void accept(Snapshot snapshot) {
        total("trunkline.messages", IN, snapshot.traffic().messagesIn());
        total("trunkline.messages", OUT, snapshot.traffic().messagesOut());
        total("trunkline.bytes", IN, snapshot.traffic().bytesIn());
        total("trunkline.bytes", OUT, snapshot.traffic().bytesOut());
        snapshot.counters().forEach(sample -> total(sample.key(), sample.value()));
        snapshot.latency().forEach(latency::record);
        snapshot.timings().forEach((name, timing) -> timing.forEach(timer(name)::record));
        levels(snapshot);
    }

    private Histogram timer(String name) {
        return timers.computeIfAbsent(
                name,
                absent -> Kamon.histogram(
                                name,
                                HELP.getOrDefault(name, ""),
                                MeasurementUnit.time().nanoseconds())
                        .withTags(self));
    }

    private void total(String name, Map<String, String> tags, long total) {
        total(new Sample.Key(name, tags), total);
    }

    private void total(Sample.Key key, long total) {
        long before = totalsBefore.getOrDefault(key, 0L);
        Kamon.counter(key.name(), help(key)).withTags(tags(key)).increment(Math.max(0, total - before));
        totalsBefore.put(key, total);
    }

    private void levels(Snapshot snapshot) {
        Snapshot.Clients clients = snapshot.clients();
        Map<Sample.Key, Long> levels = new HashMap<>();
        levels.put(new Sample.Key("trunkline.connections", Map.of()), clients.connections());
        levels.put(new Sample.Key("trunkline.connections.limit", Map.of()), clients.limit());
        levels.put(new Sample.Key("trunkline.accepting", Map.of()), clients.readiness() == Readiness.READY ? 1L : 0L);
        levels.put(new Sample.Key("trunkline.full", Map.of()), clients.readiness() == Readiness.FULL ? 1L : 0L);
        clients.backends()
                .forEach((node, count) ->
                        levels.put(new Sample.Key("trunkline.backend.connections", Map.of("backend", node)), count));
        snapshot.gauges().forEach(sample -> levels.put(sample.key(), sample.value()));

        Set<Sample.Key> gone = new HashSet<>(gauges.keySet());
        gone.removeAll(levels.keySet());
        gone.forEach(this::remove);
        levels.forEach((key, value) -> gauge(key).update(value));
    }

    private Gauge gauge(Sample.Key key) {
        return gauges.computeIfAbsent(
                key, absent -> Kamon.gauge(key.name(), help(key)).withTags(tags(key)));
    }

    private void remove(Sample.Key key) {
        Gauge gauge = gauges.remove(key);
        if (gauge != null) {
            gauge.remove();
        }
    }

    private static String help(Sample.Key key) {
        return HELP.getOrDefault(key.name(), "");
    }

    private TagSet tags(Sample.Key key) {
        return self.withTags(TagSet.from(new HashMap<String, Object>(key.tags())));
    }
}
