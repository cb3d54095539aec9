package io.trunkline.node.modules;

import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.metrics.Registration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * All that is left out now. Each has a gauge {@code trunkline.left_out} of 1 with its kind and name, up to {@link
 * #MOST_NAMED}; the others are one that counts them. Thread-safe.
 */
public final class LeftOuts {

    /** Gauges with a name: they take room from the others of the process. */
    static final int MOST_NAMED = 100;

    private static final String GAUGE = "trunkline.left_out";

    private final Metrics metrics;
    private final Consumer<LeftOut> events;
    private final Map<String, List<LeftOut>> bySource = new HashMap<>();
    private final Map<LeftOut, Registration> gauges = new HashMap<>();
    private volatile long unnamed;

    /**
     * @param events is told of each, once
     */
    public LeftOuts(Metrics metrics, Consumer<LeftOut> events) {
        this.metrics = metrics;
        this.events = events;
    }

    /**
     * Says what cannot be used; what the same source has said before no longer counts.
     *
     * @param source one list of one provider
     */
    public synchronized void replace(String source, List<LeftOut> now) {
        List<LeftOut> before = bySource.getOrDefault(source, List.of());
        bySource.put(source, List.copyOf(now));
        now.stream().filter(one -> !before.contains(one)).forEach(events);
        export();
    }

    /** All of them. */
    synchronized List<LeftOut> all() {
        List<LeftOut> all = new ArrayList<>();
        bySource.values().forEach(all::addAll);
        return all;
    }

    private void export() {
        List<LeftOut> all = all();
        gauges.entrySet().removeIf(gauge -> {
            boolean gone = !all.contains(gauge.getKey());
            if (gone) {
                gauge.getValue().close();
            }
            return gone;
        });
        for (LeftOut one : all) {
            if (gauges.size() < MOST_NAMED) {
                gauges.computeIfAbsent(
                        one, key -> metrics.gauge(GAUGE, Map.of("kind", key.kind(), "name", key.name()), () -> 1));
            }
        }
        unnamed = (long) all.size() - gauges.size();
        if (unnamed > 0) {
            metrics.gauge(GAUGE, Map.of("kind", "others", "name", ""), () -> unnamed);
        }
    }
}
