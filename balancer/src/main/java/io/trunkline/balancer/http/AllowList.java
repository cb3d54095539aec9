package io.trunkline.balancer.http;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which values of {@code Host} and {@code Origin} are served: what keeps a page in somebody's browser from talking to a
 * server on that machine (DNS rebinding; MCP 2025-11-25, basic, transports, security warning). An empty list denies.
 */
final class AllowList {
    private static final String ALL = "*";

    private final Set<String> names;

    /** Host names without a port or whole origins, in any case of letters; {@code *} allows everything. */
    AllowList(List<String> names) {
        this.names = names.stream()
                .map(name -> withoutRoot(name.toLowerCase(Locale.ROOT)))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether the host of this name, as {@link #nameOf} tells it, is allowed. */
    boolean allowsName(String name) {
        return names.contains(ALL) || names.contains(name);
    }

    /**
     * Whether this value of {@code Origin} is allowed: as a whole, or, if it is a page of the web, by its host name.
     */
    boolean allowsOrigin(String origin) {
        if (names.contains(ALL) || names.contains(origin.toLowerCase(Locale.ROOT))) {
            return true;
        }
        boolean plain = origin.regionMatches(true, 0, "http://", 0, 7);
        boolean secure = origin.regionMatches(true, 0, "https://", 0, 8);
        String name = plain || secure ? nameOf(origin.substring(plain ? 7 : 8)) : null;
        return name != null && names.contains(name);
    }

    /** The name in {@code name[:port]}, in lower case, or null when it is none (RFC 9110, section 7.2). */
    static @Nullable String nameOf(String host) {
        int end;
        if (host.startsWith("[")) {
            end = host.indexOf(']') + 1;
        } else {
            int colon = host.indexOf(':');
            end = colon < 0 ? host.length() : colon;
        }
        if (end <= 0 || !isPort(host, end)) {
            return null;
        }
        for (int i = 0; i < end; i++) {
            char c = host.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!plain && "-._[]:%".indexOf(c) < 0) {
                return null;
            }
        }
        return withoutRoot(host.substring(0, end).toLowerCase(Locale.ROOT));
    }

    /** {@code localhost.} is {@code localhost}, said from the root of all names on (RFC 1034, section 3.1). */
    private static String withoutRoot(String name) {
        return name.length() > 1 && name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    private static boolean isPort(String host, int from) {
        if (from == host.length()) {
            return true;
        }
        if (host.charAt(from) != ':' || host.length() - from > 6) {
            return false;
        }
        for (int i = from + 1; i < host.length(); i++) {
            if (host.charAt(i) < '0' || host.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}
