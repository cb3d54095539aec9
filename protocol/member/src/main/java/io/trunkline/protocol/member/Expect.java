package io.trunkline.protocol.member;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Reads and checks settings; each failure names the key, the value and what is expected. */
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

    /** Bytes, as far as an int holds them. */
    public static int bytes(Config c, String key) {
        return (int) Math.min(Integer.MAX_VALUE, c.getBytes(key));
    }

    /** Names with commas between them, as they come in an environment variable. */
    public static List<String> names(Config c, String key) {
        return Arrays.stream(c.getString(key).split(","))
                .map(String::trim)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    /** Words with blanks between them, as scopes are written everywhere. */
    public static Set<String> words(Config c, String key) {
        return Arrays.stream(c.getString(key).split("\\s+"))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
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
