package io.trunkline.load.report;

import java.util.Locale;

/** Numbers for people: thousands apart, three digits where more would be noise. */
final class Units {
    private Units() {}

    static String count(double count) {
        return String.format(Locale.ROOT, "%,.0f", count);
    }

    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    static String nanos(long nanos) {
        if (nanos < 1e6) {
            return digits(nanos / 1e3) + " us";
        }
        return nanos < 1e9 ? digits(nanos / 1e6) + " ms" : digits(nanos / 1e9) + " s";
    }

    static String bytes(double bytes) {
        if (bytes < 1e6) {
            return digits(bytes / 1e3) + " kB";
        }
        return bytes < 1e9 ? digits(bytes / 1e6) + " MB" : digits(bytes / 1e9) + " GB";
    }

    /** Seconds with one decimal, or none if they are whole. */
    static String seconds(double seconds) {
        return String.format(Locale.ROOT, seconds == Math.rint(seconds) ? "%.0f s" : "%.1f s", seconds);
    }

    private static String digits(double value) {
        int decimals = value < 10 ? 2 : value < 100 ? 1 : 0;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
