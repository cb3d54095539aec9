package io.trunkline.protocol.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Limits the rate of each kind of line, so that nobody outside can fill a disk or a reader with one. Lines are of one
 * kind when they have the logger and the text before its arguments in common; a burst of each kind is written, then one
 * a second, and a line says how many were left out. Lines below INFO are not limited: they appear because somebody
 * asked for them.
 *
 * <p>It covers the lines of libraries as well, such as those about connections that cannot be accepted. Kinds beyond
 * the bound count together by their logger: a text that contains what an outsider sent is a new kind each time. Called
 * by any thread that writes a line.
 */
public final class LogLimit extends TurboFilter {
    private static final String LEFT_OUT = "log.left_out lines={} kind=\"{}\"";
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int KIND_LENGTH = 100;

    private final Map<Kind, Allowance> kinds = new ConcurrentHashMap<>();
    private final LongSupplier clock;
    private int burst = 20;
    private int bound = 512;
    private @Nullable ScheduledFuture<?> telling;

    private record Kind(String logger, String text) {}

    /** By the system's clock. */
    public LogLimit() {
        this(System::nanoTime);
    }

    LogLimit(LongSupplier clock) {
        this.clock = clock;
    }

    /** Lines of one kind that are written at once. */
    public void setBurst(int lines) {
        burst = lines;
    }

    /** Kinds that are told apart at one time. */
    public void setKinds(int kinds) {
        bound = kinds;
    }

    @Override
    public void start() {
        super.start();
        telling = getContext().getScheduledExecutorService().scheduleWithFixedDelay(this::tell, 1, 1, TimeUnit.SECONDS);
    }

    @Override
    public void stop() {
        if (telling != null) {
            telling.cancel(false);
        }
        tell();
        super.stop();
    }

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] params,
            @Nullable Throwable failure) {
        // Without a text it is the question whether the level is on.
        if (format == null
                || level.toInt() < Level.INFO_INT
                || level.toInt() < logger.getEffectiveLevel().toInt()) {
            return FilterReply.NEUTRAL;
        }
        boolean own = LEFT_OUT.equals(format);
        return own || allowance(logger, format).take(level) ? FilterReply.NEUTRAL : FilterReply.DENY;
    }

    private Allowance allowance(Logger logger, String text) {
        Kind kind = new Kind(logger.getName(), text);
        Allowance known = kinds.get(kind);
        if (known != null) {
            return known;
        }
        Kind counted = kinds.size() < bound ? kind : new Kind(logger.getName(), "");
        return kinds.computeIfAbsent(counted, added -> new Allowance(logger));
    }

    /** Says what was left out since the last time, and forgets kinds that have been quiet. */
    void tell() {
        Iterator<Map.Entry<Kind, Allowance>> all = kinds.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<Kind, Allowance> entry = all.next();
            entry.getValue().tell(entry.getKey().text());
            if (entry.getValue().isWhole()) {
                all.remove();
            }
        }
    }

    /** How many lines of one kind may be written now. */
    private final class Allowance {
        private final Logger logger;
        private Level level = Level.INFO;
        private long left = burst;
        private long since = clock.getAsLong();
        private long leftOut;

        Allowance(Logger logger) {
            this.logger = logger;
        }

        synchronized boolean take(Level of) {
            refill();
            if (left > 0) {
                left--;
                return true;
            }
            level = of;
            leftOut++;
            return false;
        }

        private void refill() {
            long seconds = (clock.getAsLong() - since) / SECOND;
            if (seconds > 0) {
                left = Math.min(burst, left + seconds);
                since += seconds * SECOND;
            }
        }

        synchronized boolean isWhole() {
            refill();
            return left == burst && leftOut == 0;
        }

        void tell(String text) {
            long lines;
            Level of;
            synchronized (this) {
                lines = leftOut;
                of = level;
                leftOut = 0;
            }
            if (lines > 0) {
                String kind = text.length() > KIND_LENGTH ? text.substring(0, KIND_LENGTH) : text;
                logger.log(
                        null,
                        LogLimit.class.getName(),
                        Level.toLocationAwareLoggerInteger(of),
                        LEFT_OUT,
                        new Object[] {lines, kind},
                        null);
            }
        }
    }
}
