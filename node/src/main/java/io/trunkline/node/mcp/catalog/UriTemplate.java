package io.trunkline.node.mcp.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.trunkline.protocol.uri.NormalUri;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A URI template that URIs can be matched with: of RFC 6570 the forms <code>{name}</code> and, once,
 * <code>{+name}</code>, with text between any two of them, and at the end <code>{?name,name}</code>. Immutable.
 *
 * <p>Matching takes time in proportion to the URI and never goes back: each variable is the shortest text up to the
 * next literal, before <code>{+name}</code> from the left and after it from the right. A query begins at the first
 * {@code ?}.
 */
public final class UriTemplate {

    private static final Pattern EXPRESSION = Pattern.compile("\\{[^{}]*}");

    private final String text;
    private final String normal;
    private final @Nullable UriQuery query;

    /** One more than there are variables outside the query; only the first and the last may be empty. */
    private final List<String> literals = new ArrayList<>();

    private final List<String> names = new ArrayList<>();
    /** Which variable may have slashes; the number of variables when none does. */
    private int rest;

    private UriTemplate(String text, String normal, @Nullable UriQuery query) {
        this.text = text;
        this.normal = normal;
        this.query = query;
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException when it has a form that is not supported
     */
    static UriTemplate parse(String text) {
        String normal = NormalUri.ofTemplate(text);
        int question = normal.indexOf("{?");
        UriTemplate template =
                new UriTemplate(text, normal, question < 0 ? null : UriQuery.parse(normal.substring(question)));
        String path = question < 0 ? normal : normal.substring(0, question);
        if (EXPRESSION.matcher(text).replaceAll("").matches("(?s).*[{}].*")) {
            throw unsupported(text);
        }
        boolean clash = question >= 0 && (template.query == null || path.indexOf('?') >= 0 || path.indexOf('#') >= 0);
        if (clash || !template.parsePath(path) || template.variables().isEmpty()) {
            throw unsupported(text);
        }
        return template;
    }

    /** Whether it has a form that is supported, and no variable twice. */
    private boolean parsePath(String path) {
        int rests = 0;
        int at = 0;
        for (int open = path.indexOf('{'); open >= 0; open = path.indexOf('{', at)) {
            int close = path.indexOf('}', open);
            String inner = close < 0 ? "" : path.substring(open + 1, close);
            boolean isRest = inner.startsWith("+");
            String name = isRest ? inner.substring(1) : inner;
            boolean touches = !names.isEmpty() && at == open;
            if (!isName(name) || variables().contains(name) || touches) {
                return false;
            }
            if (isRest) {
                rest = names.size();
                rests++;
            }
            literals.add(path.substring(at, open));
            names.add(name);
            at = close + 1;
        }
        literals.add(path.substring(at));
        if (rests == 0) {
            rest = names.size();
        }
        return rests <= 1 && path.indexOf('}', at) < 0;
    }

    static boolean isName(String text) {
        return text.matches("[A-Za-z0-9_]+(\\.[A-Za-z0-9_]+)*");
    }

    /** Those of the query last. */
    public Set<String> variables() {
        Set<String> all = new LinkedHashSet<>(names);
        if (query != null) {
            all.addAll(query.names());
        }
        return all;
    }

    /** How many characters are not variable: the more there are, the better it fits. */
    public int literalLength() {
        return literals.stream().mapToInt(String::length).sum();
    }

    /** Its literals as {@link NormalUri} writes them: equal templates have the same. */
    String normal() {
        return normal;
    }

    /**
     * The variables of a URI, decoded, or null when it has another form. Those that its query leaves out are missing.
     *
     * @param uri its {@linkplain NormalUri normal form}
     */
    @Nullable
    public Map<String, String> match(String uri) {
        if (query == null) {
            return matchPath(uri);
        }
        int question = uri.indexOf('?');
        Map<String, String> variables = matchPath(question < 0 ? uri : uri.substring(0, question));
        if (variables == null || uri.indexOf('#') >= 0) {
            return null;
        }
        return question < 0 || query.match(uri.substring(question + 1), variables) ? variables : null;
    }

    private @Nullable Map<String, String> matchPath(String uri) {
        if (names.isEmpty()) {
            return uri.equals(literals.get(0)) ? new LinkedHashMap<>() : null;
        }
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

    /** Whether templates may match a URI: its percent signs make UTF-8. */
    public static boolean mayMatch(String uri) {
        return decode(uri) != null;
    }

    /** Resolves percent signs (RFC 3986, section 2.1); null when they do not make UTF-8. */
    static @Nullable String decode(String value) {
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
                + " (expected: variables as {name}, at most one {+name}, with text between them,"
                + " {?name,name} at the end, each name once)");
    }

    @Override
    public String toString() {
        return text;
    }
}
