package io.trunkline.load.report;

import io.trunkline.load.measure.Counters;
import io.trunkline.load.measure.Latencies;
import io.trunkline.load.measure.Snapshot;
import java.io.PrintStream;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** One line per second about a run under way: in place on a terminal, one below the other elsewhere. */
public final class Progress {
    private final PrintStream out;
    private final boolean inPlace;
    private Counters before = Counters.ZERO;
    private long beforeAt = System.nanoTime();
    private String phase = "";
    private int second;
    private boolean lineIsOpen;

    public Progress(PrintStream out, boolean inPlace) {
        this.out = out;
        this.inPlace = inPlace;
    }

    public void phase(String name) {
        end();
        phase = name;
        second = 0;
    }

    public void show(Snapshot snapshot) {
        long now = System.nanoTime();
        double seconds = (now - beforeAt) / 1e9;
        Counters counters = snapshot.counters();
        Counters since = counters.since(before);
        long errors =
                snapshot.errors().values().stream().mapToLong(Long::longValue).sum();
        StringBuilder line = new StringBuilder();
        line.append(String.format(Locale.ROOT, "%-5s %4d s  %,8d open", phase, ++second, counters.open()));
        if (phase.equals("ramp")) {
            line.append("  ").append(Units.count(since.opened() / seconds)).append(" opened/s");
        }
        if (since.sent() > 0 || since.answered() > 0) {
            Histogram latency = Latencies.decode(snapshot.latency());
            line.append("  ").append(Units.count(since.answered() / seconds)).append(" messages/s");
            line.append("  P50 ").append(Units.nanos(latency.getValueAtPercentile(50)));
            line.append("  P99 ").append(Units.nanos(latency.getValueAtPercentile(99)));
        }
        if (counters.backlog() > 0) {
            line.append("  ").append(Units.count(counters.backlog())).append(" due");
        }
        line.append("  ").append(Units.count(errors)).append(" errors");
        print(line.toString());
        before = counters;
        beforeAt = now;
    }

    private void print(String line) {
        if (inPlace) {
            out.print("\r" + line + "\u001b[K");
            out.flush();
            lineIsOpen = true;
        } else {
            out.println(line);
        }
    }

    /** Leaves the line that is written in place. */
    public void end() {
        if (lineIsOpen) {
            out.println();
            lineIsOpen = false;
        }
    }
}
