package io.trunkline.node.mcp.catalog;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The query of a URI template, <code>{?name,name}</code> (RFC 6570, section 3.2.8). A URI may leave out any of its
 * variables, and have the others in any order, each of them once. Immutable.
 */
record UriQuery(Set<String> names) {

    /** Reads it, or null when it has another form. */
    static @Nullable UriQuery parse(String text) {
        if (!text.startsWith("{?") || text.indexOf('}') != text.length() - 1) {
            return null;
        }
        List<String> names = List.of(text.substring(2, text.length() - 1).split(",", -1));
        Set<String> once = new LinkedHashSet<>(names);
        return once.size() == names.size() && names.stream().allMatch(UriTemplate::isName) ? new UriQuery(once) : null;
    }

    /**
     * Adds the variables of a URI, decoded.
     *
     * @param query what follows the question mark
     * @return whether it has this form; otherwise some variables may have been added
     */
    boolean match(String query, Map<String, String> variables) {
        for (int at = 0; at <= query.length(); ) {
            int and = query.indexOf('&', at);
            int end = and < 0 ? query.length() : and;
            int equals = query.indexOf('=', at);
            String name = equals < 0 || equals > end ? "" : query.substring(at, equals);
            String value = names.contains(name) ? UriTemplate.decode(query.substring(equals + 1, end)) : null;
            if (value == null || variables.putIfAbsent(name, value) != null) {
                return false;
            }
            at = end + 1;
        }
        return true;
    }
}
