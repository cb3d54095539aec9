package io.trunkline.protocol.member;

import com.typesafe.config.ConfigException;
import java.time.Duration;
import java.util.function.Supplier;

/** Checks of settings values; each failure names the key, the value and what is expected. */
public final class Expect {

    private Expect() {}

    /** Fails with {@code key: value (expected: expected)} unless {@code valid}. */
    public static void that(boolean valid, String key, Object value, String expected) {
        if (!valid) {
            throw new SettingsException(key + ": " + value + " (expected: " + expected + ")");
        }
    }

    public static void positive(String key, long value) {
        that(value > 0, key, value, "> 0");
    }

    public static void positive(String key, Duration value) {
        that(value.compareTo(Duration.ZERO) > 0, key, value, "> 0");
    }

    public static void between(String key, long value, long lowest, long highest) {
        that(value >= lowest && value <= highest, key, value, lowest + ".." + highest);
    }

    /** A TCP port; 0 lets the system choose one. */
    public static void port(String key, int value) {
        between(key, value, 0, 65_535);
    }

    public static void notBlank(String key, String value) {
        that(!value.isBlank(), key, '"' + value + '"', "not blank");
    }

    /** Runs {@code reader} and turns what the configuration library has to say into a {@link SettingsException}. */
    public static <T> T readable(Supplier<T> reader) {
        try {
            return reader.get();
        } catch (ConfigException e) {
            throw new SettingsException(String.valueOf(e.getMessage()).replaceAll("\\s+", " "), e);
        }
    }
}
