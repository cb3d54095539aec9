package io.trunkline.node.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A URI template that URIs can be matched with: of RFC 6570 the forms <code>{name}</code> and, once, <code>{+name}</code>,
 * with text between any two of them. Immutable.
 *
 * <p>Matching takes time in proportion to the URI and never goes back: each variable is the shortest text up to the next
 * literal, before <code>{+name}</code> from the left and after it from the right.
 */
final class UriTemplate {

    private final String text;
    /** One more than there are variables; only the first and the last may be empty. */
    private final List<String> literals = new ArrayList<>();

    private final List<String> names = new ArrayList<>();
    /** Which variable may have slashes; the number of variables when none does. */
    private int rest;

    private UriTemplate(String text) {
        this.text = text;
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException when it has a form that is not supported
     */
    static UriTemplate parse(String text) {
        UriTemplate template = new UriTemplate(text);
        int rests = 0;
        int at = 0;
        for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', at)) {
            int close = text.indexOf('}', open);
            String inner = close < 0 ? "" : text.substring(open + 1, close);
            boolean isRest = inner.startsWith("+");
            String name = isRest ? inner.substring(1) : inner;
            boolean touches = !template.names.isEmpty() && at == open;
            if (!name.matches("[A-Za-z0-9_]+(\\.[A-Za-z0-9_]+)*") || template.names.contains(name) || touches) {
                throw unsupported(text);
            }
            if (isRest) {
                template.rest = template.names.size();
                rests++;
            }
            template.literals.add(text.substring(at, open));
            template.names.add(name);
            at = close + 1;
        }
        template.literals.add(text.substring(at));
        if (template.names.isEmpty() || rests > 1 || text.indexOf('}', at) >= 0) {
            throw unsupported(text);
        }
        if (rests == 0) {
            template.rest = template.names.size();
        }
        return template;
    }

    Set<String> variables() {
        return new LinkedHashSet<>(names);
    }

    /** How many characters are not variable: the more there are, the better it fits. */
    int literalLength() {
        return literals.stream().mapToInt(String::length).sum();
    }

    /** The variables of a URI, decoded, or null when it has another form. */
    @Nullable
    Map<String, String> match(String uri) {
        String[] values = new String[names.size()];
        int last = names.size();
        if (!uri.startsWith(literals.get(0))) {
            return null;
        }
        int from = literals.get(0).length();
        int to = uri.length() - literals.get(last).length();
        if (to < from || !uri.endsWith(literals.get(last))) {
            return null;
        }
        for (int i = 0; i < rest; i++) {
            int end = i + 1 == last ? to : uri.indexOf(literals.get(i + 1), from + 1);
            if (end <= from || end > to) {
                return null;
            }
            values[i] = uri.substring(from, end);
            from = i + 1 == last ? to : end + literals.get(i + 1).length();
        }
        for (int i = last - 1; i > rest; i--) {
            String before = literals.get(i);
            int start = uri.lastIndexOf(before, to - 1 - before.length());
            if (start < from) {
                return null;
            }
            values[i] = uri.substring(start + before.length(), to);
            to = start;
        }
        if (rest < last) {
            if (to <= from) {
                return null;
            }
            values[rest] = uri.substring(from, to);
        }
        return decoded(values);
    }

    private @Nullable Map<String, String> decoded(String[] values) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            String value = values[i];
            boolean slashes = value.indexOf('/') >= 0 || value.indexOf('?') >= 0 || value.indexOf('#') >= 0;
            String plain = slashes && i != rest ? null : decode(value);
            if (plain == null) {
                return null;
            }
            variables.put(names.get(i), plain);
        }
        return variables;
    }

    /** Resolves percent signs (RFC 3986, section 2.1); null when they do not make UTF-8. */
    private static @Nullable String decode(String value) {
        if (value.indexOf('%') < 0) {
            return value;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(value.length());
        int at = 0;
        for (int sign = value.indexOf('%'); sign >= 0; sign = value.indexOf('%', at)) {
            bytes.writeBytes(value.substring(at, sign).getBytes(UTF_8));
            at = sign + 3;
            int high = at <= value.length() ? Character.digit(value.charAt(sign + 1), 16) : -1;
            int low = at <= value.length() ? Character.digit(value.charAt(sign + 2), 16) : -1;
            if (high < 0 || low < 0) {
                return null;
            }
            bytes.write(high << 4 | low);
        }
        bytes.writeBytes(value.substring(at).getBytes(UTF_8));
        String text = bytes.toString(UTF_8);
        return text.indexOf('\ufffd') < 0 ? text : null;
    }

    private static IllegalArgumentException unsupported(String text) {
        return new IllegalArgumentException("resource template " + text
                + " (expected: variables as {name}, at most one {+name}, each name once, with text between them)");
    }

    @Override
    public String toString() {
        return text;
    }
}
