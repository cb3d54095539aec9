package io.trunkline.protocol.pages;

import io.netty.util.NetUtil;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which values of {@code Host} and {@code Origin} are served: what keeps a page in somebody's browser from reading a
 * port on that machine through a name that it has bound to another address (DNS rebinding). An address in {@code Host}
 * is served whichever it is, because an address cannot be bound again.
 */
public final class HostCheck {
    private static final String ALL = "*";
    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "[::1]");

    private final Set<String> names;

    /** The names of this machine's loopback, and these; {@code *} allows everything. */
    public HostCheck(Collection<String> more) {
        names = java.util.stream.Stream.concat(LOOPBACK.stream(), more.stream())
                .map(name -> HostCheck.inBrackets(name.strip().toLowerCase(Locale.ROOT)))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a request with this {@code Host} is served. */
    public boolean allowsHost(String host) {
        String name = nameOf(host);
        return names.contains(ALL) || (name != null && (names.contains(name) || isAddress(name)));
    }

    /** Whether a request of this {@code Origin} is served. */
    public boolean allowsOrigin(String origin) {
        int scheme = origin.indexOf("://");
        String name = scheme < 0 ? null : nameOf(origin.substring(scheme + 3));
        return names.contains(ALL) || (name != null && names.contains(name));
    }

    /** The name in {@code name[:port]}, in lower case and without a final dot; null when it is none. */
    private static @Nullable String nameOf(String host) {
        int end = host.startsWith("[") ? host.indexOf(']') + 1 : host.indexOf(':');
        String name = end < 0 ? host : host.substring(0, end);
        String port = end < 0 ? "" : host.substring(end);
        boolean plain = name.chars().allMatch(HostCheck::isOfName) && port.matches("(:\\d{0,5})?");
        String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        return plain && !bare.isEmpty() ? bare.toLowerCase(Locale.ROOT) : null;
    }

    private static boolean isOfName(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-._[]:%".indexOf(c) >= 0;
    }

    private static boolean isAddress(String name) {
        return name.startsWith("[")
                ? NetUtil.isValidIpV6Address(name.substring(1, name.length() - 1))
                : NetUtil.isValidIpV4Address(name);
    }

    private static String inBrackets(String name) {
        return NetUtil.isValidIpV6Address(name) && !name.startsWith("[") ? "[" + name + "]" : name;
    }
}
