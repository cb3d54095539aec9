package io.trunkline.balancer.http;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

/** What bodies are (RFC 9110, section 8.3). */
public final class ContentType {
    public static final String JSON = "application/json";
    public static final String EVENTS = "text/event-stream";

    private ContentType() {}

    /** The headers of a response whose body is JSON. */
    public static HttpHeaders jsonHeaders() {
        return new DefaultHttpHeaders().set(HttpHeaderNames.CONTENT_TYPE, JSON);
    }

    /**
     * Whether what a client says about its body is JSON in UTF-8; parameters that are not known say nothing, as does an
     * empty one.
     */
    static boolean isJson(String type) {
        if (type.equals(JSON)) {
            return true;
        }
        int end = partEnd(type, 0);
        if (!type.substring(0, end).trim().equalsIgnoreCase(JSON)) {
            return false;
        }
        while (end < type.length()) {
            int start = end + 1;
            end = partEnd(type, start);
            if (!isUtf8OrOther(type.substring(start, end).trim())) {
                return false;
            }
        }
        return true;
    }

    private static boolean isUtf8OrOther(String parameter) {
        int equals = parameter.indexOf('=');
        if (equals < 0 || !parameter.substring(0, equals).trim().equalsIgnoreCase("charset")) {
            return true;
        }
        String value = parameter.substring(equals + 1).trim();
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        String charset = quoted ? value.substring(1, value.length() - 1) : value;
        return charset.equalsIgnoreCase("utf-8") || charset.equalsIgnoreCase("utf8");
    }

    /** Where the part ends that begins there: at the next semicolon that is not quoted. */
    private static int partEnd(String type, int from) {
        boolean quoted = false;
        for (int i = from; i < type.length(); i++) {
            char c = type.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\' && quoted) {
                i++;
            } else if (c == ';' && !quoted) {
                return i;
            }
        }
        return type.length();
    }
}
