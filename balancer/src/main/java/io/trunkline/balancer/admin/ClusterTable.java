package io.trunkline.balancer.admin;

import io.trunkline.balancer.admin.ClusterView.LatencyMs;
import io.trunkline.balancer.admin.ClusterView.MemberView;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes a {@link ClusterView} as a table for terminals, at most 100 columns wide. */
final class ClusterTable {

    private static final int NAME = 14;
    private static final int VERSION = 9;

    private ClusterTable() {}

    static String of(ClusterView view) {
        StringBuilder out = new StringBuilder(1_024);
        ClusterView.Members members = view.cluster().members();
        line(
                out,
                "cluster   %s, %d of %d members healthy, seen by %s at %s",
                view.cluster().status(),
                members.healthy(),
                members.total(),
                fit(view.cluster().reportedBy(), NAME),
                view.generatedAt().replaceFirst("\\.\\d+Z", "Z"));
        line(out, "clients   %,d", view.activeConnections());
        line(
                out,
                "messages  %s/s in, %s/s out; %,d in, %,d out in total",
                rate(view.messagesPerSecond()),
                rate(view.messagesOutPerSecond()),
                view.messagesTotal().in(),
                view.messagesTotal().out());
        line(
                out,
                "bytes     %s in, %s out in total",
                bytes(view.bytesTransferredTotal().in()),
                bytes(view.bytesTransferredTotal().out()));
        LatencyMs latency = view.latencyMs();
        line(
                out,
                "latency   p50 %s, p95 %s, p99 %s over the last %.0f s",
                millis(latency.p50()),
                millis(latency.p95()),
                millis(latency.p99()),
                view.windowSeconds());
        members(out, "NODE", view.backends());
        members(out, "BALANCER", view.balancers());
        return out.toString();
    }

    private static void members(StringBuilder out, String title, List<MemberView> members) {
        line(out, "");
        row(out, title, "STATUS", "HEALTH", "ACCEPTS", "CLIENTS", "LIMIT", "MESSAGES/S", "BYTES", "UPTIME", "VERSION");
        for (MemberView member : members) {
            row(
                    out,
                    fit(member.name(), NAME),
                    member.status(),
                    member.health(),
                    accepts(member),
                    String.format(Locale.ROOT, "%,d", member.connections()),
                    member.limit() == 0 ? "-" : String.format(Locale.ROOT, "%,d", member.limit()),
                    rate(member.messagesPerSecond()),
                    bytes(member.bytes().in() + member.bytes().out()),
                    uptime(member.uptimeSeconds()),
                    fit(member.appVersion(), VERSION));
        }
        if (members.isEmpty()) {
            line(out, "none");
        }
    }

    private static String accepts(MemberView member) {
        return switch (member.readiness()) {
            case "ready" -> "yes";
            case "full" -> "full";
            case "draining" -> "drains";
            default -> "no";
        };
    }

    private static void row(StringBuilder out, Object... cells) {
        out.append(String.format(Locale.ROOT, "%-14s %-11s %6s %7s %8s %8s %10s %10s %8s %s\n", cells));
    }

    private static void line(StringBuilder out, String format, Object... arguments) {
        out.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    private static String fit(String text, int width) {
        return text.length() <= width ? text : text.substring(0, width - 1) + "~";
    }

    private static String millis(@Nullable Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, "%.2f ms", value);
    }

    static String rate(double perSecond) {
        if (perSecond < 1_000) {
            return String.format(Locale.ROOT, "%.1f", perSecond);
        }
        return perSecond < 10_000_000
                ? String.format(Locale.ROOT, "%,.0f", perSecond)
                : String.format(Locale.ROOT, "%,.1fM", perSecond / 1e6);
    }

    static String bytes(long bytes) {
        if (bytes < 1_024) {
            return bytes + " B";
        }
        int unit = Math.min((Long.SIZE - 1 - Long.numberOfLeadingZeros(bytes)) / 10, 5);
        return String.format(Locale.ROOT, "%.1f %ciB", bytes / Math.pow(1_024, unit), " KMGTP".charAt(unit));
    }

    static String uptime(double seconds) {
        Duration up = Duration.ofSeconds((long) seconds);
        if (up.toDays() > 0) {
            return up.toDays() + "d " + up.toHoursPart() + "h";
        }
        return up.toHours() > 0
                ? up.toHours() + "h " + up.toMinutesPart() + "m"
                : up.toMinutes() > 0 ? up.toMinutes() + "m " + up.toSecondsPart() + "s" : up.toSeconds() + "s";
    }
}
