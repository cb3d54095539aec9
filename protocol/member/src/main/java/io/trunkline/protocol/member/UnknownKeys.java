package io.trunkline.protocol.member;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Finds settings under {@code trunkline} that no member reads, which usually are misspelt. */
final class UnknownKeys {

    private static final String ROOT = "trunkline";

    /** One process reads its own role's section only, and one file may hold both. */
    private static final Set<String> ROLES = Set.of(ROOT + ".node", ROOT + ".balancer");

    private UnknownKeys() {}

    /**
     * A key that no member reads.
     *
     * @param nearest the key that is most like it
     * @param where the file and line, or what else set it
     */
    record Unknown(String key, String nearest, String where) {}

    /**
     * The keys of {@code user} that {@code reference} does not have; both may be unresolved. What a dispatcher may have
     * is Pekko's business.
     */
    static List<Unknown> in(Config user, Config reference) {
        Map<String, ConfigValue> known = keys(reference);
        List<Unknown> unknown = new ArrayList<>();
        keys(user).forEach((key, value) -> {
            if (!isKnown(key, known) && !isOfOtherRole(key, known.keySet()) && !key.contains("-dispatcher.")) {
                known.keySet().stream()
                        .min(Comparator.comparingInt((String other) -> distance(key, other)))
                        .ifPresent(nearest -> unknown.add(
                                new Unknown(key, nearest, value.origin().description())));
            }
        });
        return unknown;
    }

    /** Whether it is a key, or, written as a property, an element of a list: {@code auth.scopes.0.tool}. */
    private static boolean isKnown(String key, Map<String, ConfigValue> known) {
        return known.containsKey(key)
                || known.entrySet().stream()
                        .anyMatch(other -> other.getValue() instanceof ConfigList
                                && key.matches(Pattern.quote(other.getKey()) + "\\.\\d+(\\..*)?"));
    }

    private static boolean isOfOtherRole(String key, Set<String> known) {
        return ROLES.stream()
                .anyMatch(role ->
                        key.startsWith(role + ".") && known.stream().noneMatch(other -> other.startsWith(role + ".")));
    }

    private static Map<String, ConfigValue> keys(Config config) {
        Map<String, ConfigValue> keys = new TreeMap<>();
        ConfigValue trunkline = config.root().get(ROOT);
        if (trunkline instanceof ConfigObject object) {
            collect(ROOT, object, keys);
        }
        return keys;
    }

    private static void collect(String path, ConfigObject object, Map<String, ConfigValue> keys) {
        for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
            String key = path + "." + ConfigUtil.quoteString(entry.getKey()).replaceAll("^\"([\\w-]+)\"$", "$1");
            if (entry.getValue() instanceof ConfigObject inner) {
                collect(key, inner, keys);
            } else {
                keys.put(key, entry.getValue());
            }
        }
    }

    /** Edits that make one text of the other. */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int substituted = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
