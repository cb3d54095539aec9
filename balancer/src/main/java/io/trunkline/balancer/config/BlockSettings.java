package io.trunkline.balancer.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.trunkline.protocol.member.SettingsException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One block of the file, read strictly: a value of another type, a time without a unit, and, at the end, a key that
 * nobody asked for are errors, which say where they are.
 */
final class BlockSettings {
    private final String path;
    private final Config block;
    private final ConfigOrigin origin;
    private final Set<String> asked = new TreeSet<>();
    private final List<BlockSettings> inner = new ArrayList<>();

    private BlockSettings(String path, ConfigObject block) {
        this.path = path;
        this.block = block.toConfig();
        this.origin = block.origin();
    }

    /** The whole of a file. */
    static BlockSettings of(Config file) {
        return new BlockSettings("", file.root());
    }

    /** Reads this block with {@code reader}: what is wrong gets a place, and what is left over is wrong. */
    <T> T read(Supplier<T> reader) {
        T read = placed(reader);
        refuseUnknown();
        return read;
    }

    /** Gives what is wrong a place. */
    private <T> T placed(Supplier<T> reader) {
        try {
            return reader.get();
        } catch (PlacedException e) {
            throw e;
        } catch (SettingsException e) {
            throw asWritten(String.valueOf(e.getMessage()));
        } catch (ConfigException e) {
            throw wrong("", String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
        }
    }

    /** {@code key: value (expected: ...)} of a record, with the value as the file has it. */
    private SettingsException asWritten(String message) {
        int end = message.indexOf(": ");
        if (end < 0) {
            return wrong("", message);
        }
        String own = path.substring(path.lastIndexOf('.') + 1) + ".";
        String key = message.substring(message.startsWith(own) ? own.length() : 0, end);
        String why = message.substring(end + 2);
        int expected = why.indexOf(" (expected: ");
        boolean written = expected >= 0 && key.matches("[\\w.-]+") && block.hasPath(key);
        return wrong(key, written ? shown(block.getValue(key)) + why.substring(expected) : why);
    }

    /** The error that this key is wrong. */
    SettingsException wrong(String key, String why) {
        String text = path(key).isEmpty() ? why : path(key) + ": " + why;
        return new PlacedException(placeOf(key) + ": " + text);
    }

    private String path(String key) {
        return path.isEmpty() || key.isEmpty() ? path + key : path + "." + key;
    }

    private String placeOf(String key) {
        ConfigOrigin at = origin;
        for (String part = key; !part.isEmpty(); part = part.substring(0, Math.max(0, part.lastIndexOf('.')))) {
            if (part.matches("[\\w.-]+") && block.hasPathOrNull(part)) {
                at = block.hasPath(part) ? block.getValue(part).origin() : origin;
                break;
            }
        }
        String file = at.filename();
        return file == null ? at.description() : file + ":" + at.lineNumber();
    }

    private void refuseUnknown() {
        for (String key : block.root().keySet()) {
            if (!asked.contains(key)) {
                throw wrong(ConfigUtil.joinPath(key), "unknown (expected: one of " + String.join(", ", asked) + ")");
            }
        }
        inner.forEach(BlockSettings::refuseUnknown);
    }

    boolean has(String key) {
        asked.add(key);
        return block.hasPath(key);
    }

    /** Text, or a number as it is written. */
    String text(String key, String otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        ConfigValue value = block.getValue(key);
        boolean plain = value.valueType() == ConfigValueType.STRING || value.valueType() == ConfigValueType.NUMBER;
        if (!plain) {
            throw wrong(key, shown(value) + " (expected: text)");
        }
        return block.getString(key);
    }

    /** Text that has to be there. */
    String text(String key) {
        require(key);
        return text(key, "");
    }

    /** Whoever has misspelt a key that has to be there finds it among those that are. */
    private void require(String key) {
        if (!has(key)) {
            throw wrong(
                    key,
                    "missing (expected: a value, beside "
                            + String.join(", ", block.root().keySet()) + ")");
        }
    }

    int number(String key, int otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        ConfigValue value = block.getValue(key);
        String digits = String.valueOf(value.unwrapped());
        if (!digits.matches("-?\\d{1,9}")) {
            throw wrong(key, shown(value) + " (expected: a whole number)");
        }
        return Integer.parseInt(digits);
    }

    double percent(String key) {
        String text = text(key);
        if (!text.matches("\\d{1,3}(\\.\\d{1,2})?") || Double.parseDouble(text) > 100) {
            throw wrong(key, text + " (expected: 0 to 100, with up to two decimals)");
        }
        return Double.parseDouble(text);
    }

    boolean flag(String key, boolean otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        try {
            return block.getBoolean(key);
        } catch (ConfigException e) {
            throw wrong(key, shown(block.getValue(key)) + " (expected: on or off)");
        }
    }

    Duration time(String key, Duration otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        String text = String.valueOf(block.getValue(key).unwrapped());
        if (!text.matches("\\d{1,9} ?(ms|s|m|h)")) {
            throw wrong(key, shown(block.getValue(key)) + " (expected: a number and ms, s, m or h, such as 3s)");
        }
        return block.getDuration(key);
    }

    /** One of these names. */
    <T extends Enum<T>> T one(Class<T> kind, String key, T otherwise) {
        String name = text(key, label(otherwise));
        List<String> known = new ArrayList<>();
        for (T one : kind.getEnumConstants()) {
            known.add(label(one));
            if (label(one).equals(name)) {
                return one;
            }
        }
        throw wrong(key, name + " (expected: one of " + String.join(", ", known) + ")");
    }

    private static String label(Enum<?> one) {
        return one.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A block in this one, or null. */
    @Nullable
    BlockSettings blockOrNull(String key) {
        return has(key) ? block(key) : null;
    }

    /** A block in this one; empty when there is none. */
    BlockSettings block(String key) {
        ConfigObject value = has(key)
                ? object(key, block.getValue(key))
                : ConfigFactory.empty().root();
        return in(path(key), value);
    }

    /** Blocks by their names, in the order of the names. */
    Map<String, BlockSettings> named(String key, Config defaults) {
        Map<String, BlockSettings> all = new LinkedHashMap<>();
        if (has(key)) {
            ConfigObject blocks = object(key, block.getValue(key));
            for (String name : new TreeSet<>(blocks.keySet())) {
                ConfigObject one = object(key + "." + name, Objects.requireNonNull(blocks.get(name)));
                all.put(name, in(path(key) + "." + name, one.withFallback(defaults)));
            }
        }
        return all;
    }

    /** A list of blocks; text stands for a block with that {@code address}. */
    List<BlockSettings> list(String key) {
        List<BlockSettings> all = new ArrayList<>();
        if (has(key)) {
            if (block.getValue(key).valueType() != ConfigValueType.LIST) {
                throw wrong(key, shown(block.getValue(key)) + " (expected: a list)");
            }
            for (ConfigValue value : block.getList(key)) {
                ConfigValue one = value.valueType() == ConfigValueType.STRING
                        ? value.atKey("address").root()
                        : value;
                all.add(in(path(key) + "." + all.size(), object(key, one)));
            }
        }
        return all;
    }

    /** The same that has to be there. */
    List<BlockSettings> neededList(String key) {
        require(key);
        return list(key);
    }

    private BlockSettings in(String where, ConfigObject value) {
        BlockSettings one = new BlockSettings(where, value);
        inner.add(one);
        return one;
    }

    private ConfigObject object(String key, ConfigValue value) {
        if (value instanceof ConfigObject object) {
            return object;
        }
        throw wrong(key, shown(value) + " (expected: a block in braces)");
    }

    private static String shown(ConfigValue value) {
        String text = value.render(ConfigRenderOptions.concise());
        return text.length() > 60 ? text.substring(0, 60) + "..." : text;
    }

    /** An error that says where it is. */
    private static final class PlacedException extends SettingsException {
        private static final long serialVersionUID = 1L;

        PlacedException(String message) {
            super(message);
        }
    }
}
