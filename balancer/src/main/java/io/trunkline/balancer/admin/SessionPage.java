package io.trunkline.balancer.admin;

import io.trunkline.balancer.relay.SessionEvents;
import io.trunkline.protocol.pages.HttpPages;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * {@code GET /sessions/<id>}: what happened to one session, as far as this balancer knows, for the command line and for
 * scripts. Whoever asks has to know the id; there is no list of them.
 *
 * @param balancer which tells this
 * @param events the oldest first
 */
record SessionPage(String balancer, List<Entry> events) {

    /** Always with three decimals, so that times sort as text. */
    private static final DateTimeFormatter MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    /**
     * One event, see {@link SessionEvents.Event}.
     *
     * @param time ISO 8601, UTC, in milliseconds
     */
    record Entry(String time, String event, String node, int epoch, int count, String detail) {}

    /** The answer for whatever was asked for: 404 when it is no session id, or none that is remembered. */
    static HttpResponse answer(SessionEvents events, String balancer, String id) {
        List<SessionEvents.Event> known = events.of(id);
        return known.isEmpty()
                ? HttpPages.notFound()
                : StatsPages.json(new SessionPage(
                        balancer, known.stream().map(SessionPage::entry).toList()));
    }

    private static Entry entry(SessionEvents.Event event) {
        return new Entry(
                MILLIS.format(Instant.ofEpochMilli(event.timeMillis())),
                event.kind().label(),
                event.node(),
                event.epoch(),
                event.count(),
                event.detail());
    }
}
