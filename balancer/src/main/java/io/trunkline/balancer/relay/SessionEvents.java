package io.trunkline.balancer.relay;

import io.trunkline.protocol.metrics.Counter;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.metrics.Timer;
import io.trunkline.protocol.session.SessionId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The last events of all sessions of this balancer, so that an operator can tell what happened to one of them. The
 * totals of each kind are the counter {@code trunkline.session.events{kind=}}; how long sessions were without a node is
 * the histogram {@code trunkline.session.rehome}. For what happens a few times in the life of a session, never once per
 * message.
 *
 * <p>A ring: the newest event takes the place of the oldest. Usable from any thread, without a lock; an event costs one
 * small object. It holds session ids, which are secrets of their clients: they are shown to who asks for one by its
 * name, and never logged.
 */
public final class SessionEvents {
    /** Events that are kept: about 10 MB with their ids, once every place is taken. */
    public static final int CAPACITY = 65_536;

    private static final String COUNTER = "trunkline.session.events";

    /** What may happen to a session. */
    public enum Kind {
        /** Bound to its first node. */
        OPENED("opened"),
        /** The trunk that it was bound through is gone. */
        LOST("lost"),
        /** Bound to another node, where its slot is now. */
        MOVED("moved"),
        /** Bound to the same node again, through a new trunk or after its actor failed. */
        REBOUND("rebound"),
        /** Bound to a node that does not host its slot, until sharding has placed the slot. */
        GUEST("guest"),
        /** Back from a guest's node at the one that hosts its slot. */
        HOME("home"),
        /** Taken over from another balancer, which is gone. */
        ADOPTED("adopted"),
        /** Let go of, for another balancer to take over. */
        RELEASED("released"),
        /** Messages without an answer were sent again to the next node; the count says how many. */
        REPLAYED("replayed"),
        /** Requests were answered with an error because it is not known whether they ran; the count says how many. */
        UNKNOWN("unknown"),
        /** Requests were answered with an error because no node came in time; they did not run. */
        FAILED("failed"),
        /** The client was told why it is not served, and closed. */
        REFUSED("refused"),
        /** The client is gone. */
        CLOSED("closed");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** Its name in answers, metrics and on the command line: stable. */
        public String label() {
            return label;
        }
    }

    /**
     * One event.
     *
     * @param sequence counts the events of this process; the clock may be set back, this is not
     * @param timeMillis milliseconds since 1970-01-01T00:00Z
     * @param node the name of the node that it is about; empty when there is none
     * @param epoch how often the session has been bound
     * @param count of messages, for kinds that have one; else 1
     * @param detail a reason in a few words; may be empty
     */
    public record Event(
            long sequence,
            long timeMillis,
            String session,
            Kind kind,
            String node,
            int epoch,
            int count,
            String detail) {}

    private final AtomicReferenceArray<@Nullable Event> ring;
    private final AtomicLong next = new AtomicLong();
    private final Map<Kind, Counter> totals = new EnumMap<>(Kind.class);
    private final Timer rehome;
    private final LongSupplier clockMillis;

    /** The events of one process, with their totals among its metrics. */
    public SessionEvents(Metrics metrics) {
        this(metrics, CAPACITY, System::currentTimeMillis);
    }

    SessionEvents(Metrics metrics, int capacity, LongSupplier clockMillis) {
        this.ring = new AtomicReferenceArray<>(capacity);
        this.clockMillis = clockMillis;
        this.rehome = metrics.timer("trunkline.session.rehome");
        for (Kind kind : Kind.values()) {
            totals.put(kind, metrics.counter(COUNTER, Map.of("kind", kind.label)));
        }
    }

    /** An event that counts once; see {@link #record(String, Kind, String, int, int, String)}. */
    public void record(String session, Kind kind, String node, int epoch, String detail) {
        record(session, kind, node, epoch, 1, detail);
    }

    /**
     * Remembers that this happened now. A session that has no id yet is only counted.
     *
     * @param session the id, or empty
     * @param node its member name, or empty
     * @param epoch &gt;= 0
     * @param count &gt;= 0, of messages; 0 leaves no trace
     * @param detail a constant or a name: it is kept as long as the event
     */
    public void record(String session, Kind kind, String node, int epoch, int count, String detail) {
        if (count <= 0) {
            return;
        }
        Counter total = totals.get(kind);
        if (total != null) {
            total.add(count);
        }
        if (!session.isEmpty()) {
            long sequence = next.getAndIncrement();
            Event event = new Event(sequence, clockMillis.getAsLong(), session, kind, node, epoch, count, detail);
            ring.setRelease((int) (sequence % ring.length()), event);
        }
    }

    /** A session that had lost its binding has the next one, after so many nanoseconds. */
    public void rehomed(long nanos) {
        rehome.record(nanos);
    }

    /**
     * What is still known of a session, the oldest event first; empty when nothing is. Looks at the whole ring.
     *
     * @param session an id of {@link SessionId}; anything else is unknown
     */
    public List<Event> of(String session) {
        List<Event> found = new ArrayList<>();
        if (SessionId.slotOf(session) < 0) {
            return found;
        }
        long end = next.get();
        for (long at = Math.max(0, end - ring.length()); at < end; at++) {
            Event event = ring.getAcquire((int) (at % ring.length()));
            if (event != null && event.session.equals(session)) {
                found.add(event);
            }
        }
        // A place that was taken anew while this looked at it holds a later event than its neighbours.
        found.sort(Comparator.comparingLong(Event::sequence));
        return found;
    }

    /** How often this has happened since the process started, counts added up. */
    public long total(Kind kind) {
        Counter total = totals.get(kind);
        return total == null ? 0 : total.total();
    }
}
