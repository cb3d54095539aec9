package io.trunkline.balancer.admin;

import io.trunkline.protocol.control.LatencyHistogram;
import io.trunkline.protocol.control.MemberReport;
import io.trunkline.protocol.control.MemberReport.Traffic;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The reports of one process within a sliding window. Times are nanoseconds of one monotonic clock.
 *
 * <p>Kept are at most {@link #MAX_REPORTS}, so a member that reports faster than it should shortens its own window
 * and nothing else.
 */
final class ReportTrack {

    /** One a second in the longest window, and the one before. */
    static final int MAX_REPORTS = 64;

    private record Received(long at, MemberReport report) {}

    /** Messages per second from clients and to clients. */
    record PerSecond(double in, double out) {
        static final PerSecond NONE = new PerSecond(0, 0);

        PerSecond plus(PerSecond other) {
            return new PerSecond(in + other.in, out + other.out);
        }
    }

    private final long window;
    private final Deque<Received> received = new ArrayDeque<>();

    ReportTrack(Duration window) {
        this.window = window.toNanos();
    }

    void add(MemberReport report, long now) {
        received.addLast(new Received(now, report));
        forgetBefore(now - window);
        if (received.size() > MAX_REPORTS) {
            received.removeFirst();
        }
    }

    @Nullable
    MemberReport last() {
        Received last = received.peekLast();
        return last == null ? null : last.report;
    }

    /** Time since the last report; null before the first. */
    @Nullable
    Duration age(long now) {
        Received last = received.peekLast();
        return last == null ? null : Duration.ofNanos(now - last.at);
    }

    /** Messages in and out per second between the oldest and the newest report of the window. */
    PerSecond messagesPerSecond(long now) {
        forgetBefore(now - window);
        Received first = received.peekFirst();
        Received last = received.peekLast();
        if (first == null || last == null || last.at <= first.at || last.at < now - window) {
            return PerSecond.NONE;
        }
        double seconds = (last.at - first.at) / 1e9;
        Traffic traffic = last.report.traffic().minus(first.report.traffic());
        return new PerSecond(traffic.messagesIn() / seconds, traffic.messagesOut() / seconds);
    }

    /** The latencies of each report inside the window. */
    List<LatencyHistogram> latencies(long now) {
        return received.stream()
                .filter(entry -> entry.at >= now - window)
                .map(entry -> entry.report.latency())
                .toList();
    }

    /** Drops what is older than {@code limit} but keeps the newest of it, the baseline of the rates. */
    private void forgetBefore(long limit) {
        while (received.size() > 1) {
            Received first = received.removeFirst();
            Received second = received.getFirst();
            if (second.at > limit) {
                received.addFirst(first);
                return;
            }
        }
    }
}
