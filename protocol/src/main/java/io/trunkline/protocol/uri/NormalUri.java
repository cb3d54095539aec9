package io.trunkline.protocol.uri;

import java.util.Locale;
import java.util.Map;

/**
 * The one form of a URI by which it is compared. Two URIs are equal when their normal forms are the same text. What was
 * written is not changed anywhere else: a normal form is a key, not what is shown or passed on.
 *
 * <p>Equal, whatever the scheme (RFC 3986, section 6.2.2):
 *
 * <ul>
 *   <li>{@code DOCS:} and {@code docs:}
 *   <li>{@code %7e}, {@code %7E} and {@code ~}: letters, digits and {@code -._~} stand for themselves, other octets are
 *       written with capitals
 *   <li>{@code é} and {@code %C3%A9}: what no URI may have in it is UTF-8 (RFC 3987, section 3.1), and a {@code %} that
 *       begins nothing is {@code %25}
 *   <li>{@code /a/./b/../c} and {@code /a/c}, in paths that begin with a slash
 * </ul>
 *
 * <p>Equal for http, https, ws, wss and ftp, whose schemes say so (section 6.2.3): {@code //Host} and {@code //host};
 * the port of the scheme, an empty one, and none; an empty path and {@code /}. For file, which has no port, hosts
 * alone.
 *
 * <p>Not equal: reserved characters and their encodings ({@code /} and {@code %2F}); paths with and without a slash at
 * the end; capitals in a path, a query, a fragment, or the authority of any other scheme, which may be an identifier;
 * queries in another order; names of hosts in Unicode and in ASCII. Text without a scheme has no normal form but
 * itself.
 *
 * <p>Takes time and room by the length of the text.
 */
public final class NormalUri {
    /** Characters of a URI that has a normal form; a longer one equals itself alone. */
    public static final int MOST = 64 * 1024;

    private static final Map<String, String> PORTS =
            Map.of("http", "80", "https", "443", "ws", "80", "wss", "443", "ftp", "21", "file", "");

    private NormalUri() {}

    /** Whether both name the same. */
    public static boolean same(String one, String other) {
        return one.equals(other) || of(one).equals(of(other));
    }

    /** The normal form of a URI; the text itself when it is none. */
    public static String of(String uri) {
        int colon = uri.length() > MOST ? -1 : scheme(uri);
        return colon < 0 ? uri : normal(uri, colon, true);
    }

    /**
     * The normal form of a URI template (RFC 6570): that of its literals. Expressions are left alone, and so are dot
     * segments. What the result matches are normal forms.
     */
    public static String ofTemplate(String template) {
        if (template.length() > MOST) {
            return template;
        }
        int open = template.indexOf('{');
        if (open < 0) {
            return of(template);
        }
        String head = template.substring(0, open);
        int colon = scheme(head);
        StringBuilder all = new StringBuilder(colon < 0 ? octets(head) : normal(head, colon, false));
        int from = open;
        while (from < template.length()) {
            int close = template.indexOf('}', from);
            close = close < 0 ? template.length() - 1 : close;
            int next = template.indexOf('{', close + 1);
            next = next < 0 ? template.length() : next;
            all.append(template, from, close + 1).append(octets(template.substring(close + 1, next)));
            from = next;
        }
        return all.toString();
    }

    /** The normal form of a part of a URI, of which nothing but the encoding of its octets is known. */
    public static String octets(String part) {
        StringBuilder all = new StringBuilder(part.length() + 16);
        Octets.append(all, part);
        return all.toString();
    }

    /** Where the scheme ends (section 3.1); -1 when there is none. */
    private static int scheme(String uri) {
        for (int i = 0; i < uri.length(); i++) {
            char c = uri.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean further = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
            if (!letter && (i == 0 || !further)) {
                return i > 0 && c == ':' ? i : -1;
            }
        }
        return -1;
    }

    private static String normal(String uri, int colon, boolean whole) {
        String scheme = uri.substring(0, colon).toLowerCase(Locale.ROOT);
        StringBuilder all = new StringBuilder(uri.length() + 16).append(scheme).append(':');
        int path = colon + 1;
        boolean authority = uri.startsWith("//", path);
        if (authority) {
            int end = end(uri, path + 2, "/?#");
            appendAuthority(all.append("//"), scheme, uri.substring(path + 2, end), whole || end < uri.length());
            path = end;
        }
        int rest = end(uri, path, "?#");
        String segments = octets(uri.substring(path, rest));
        if (segments.isEmpty() && authority && whole && hasPorts(scheme)) {
            all.append('/');
        } else if (whole && segments.startsWith("/")) {
            String walked = DotSegments.removed(segments);
            // Two slashes would begin an authority.
            all.append(!authority && walked.startsWith("//") ? "/." : "").append(walked);
        } else {
            all.append(segments);
        }
        Octets.append(all, uri.substring(rest));
        return all.toString();
    }

    private static boolean hasPorts(String scheme) {
        return !PORTS.getOrDefault(scheme, "").isEmpty();
    }

    /**
     * @param whole whether nothing follows that belongs to it, too
     */
    private static void appendAuthority(StringBuilder all, String scheme, String authority, boolean whole) {
        String port = PORTS.get(scheme);
        if (port == null) {
            Octets.append(all, authority);
            return;
        }
        int host = authority.lastIndexOf('@') + 1;
        int colon = authority.indexOf(':', Math.max(host, authority.lastIndexOf(']')));
        int end = colon < 0 ? authority.length() : colon;
        Octets.append(all, authority.substring(0, host));
        Octets.appendLower(all, authority.substring(host, end));
        String written = colon < 0 ? "" : authority.substring(colon + 1);
        boolean usual = whole && !port.isEmpty() && (written.isEmpty() || written.equals(port));
        if (!usual) {
            Octets.append(all, authority.substring(end));
        }
    }

    private static int end(String uri, int from, String marks) {
        int i = from;
        while (i < uri.length() && marks.indexOf(uri.charAt(i)) < 0) {
            i++;
        }
        return i;
    }
}
