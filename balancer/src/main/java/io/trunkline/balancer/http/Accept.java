package io.trunkline.balancer.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Locale;

/** Reads the lists in which a client says what it accepts (RFC 9110, section 12.5). */
public final class Accept {
    /** What nearly every client sends: known at a glance. */
    private static final List<String> USUAL =
            List.of("application/json, text/event-stream", "text/event-stream, application/json");

    private Accept() {}

    /**
     * What a client can read that posts. It should be both kinds (MCP 2025-11-25, basic, transports, sending messages).
     */
    public enum Form {
        BOTH(USUAL.get(0)),
        JSON(ContentType.JSON),
        EVENTS(ContentType.EVENTS),
        NEITHER("");

        private final String text;

        Form(String text) {
            this.text = text;
        }

        /** A value of {@code Accept} that says so. */
        public String text() {
            return text;
        }
    }

    /** What {@code Accept} allows. */
    static Form of(HttpHeaders headers) {
        String first = headers.get(HttpHeaderNames.ACCEPT);
        if (first != null && USUAL.contains(first)) {
            // What comes first counts.
            return Form.BOTH;
        }
        List<String> values = headers.getAll(HttpHeaderNames.ACCEPT);
        boolean events = allows(values, ContentType.EVENTS);
        if (allows(values, ContentType.JSON)) {
            return events ? Form.BOTH : Form.JSON;
        }
        return events ? Form.EVENTS : Form.NEITHER;
    }

    /** Whether the values of {@code Accept} allow this media type; without any, everything is accepted. */
    static boolean allows(List<String> values, String type) {
        if (values.isEmpty()) {
            return true;
        }
        String all = String.join(",", values);
        double exact = quality(all, type);
        if (exact >= 0) {
            return exact > 0;
        }
        double family = quality(all, type.substring(0, type.indexOf('/')) + "/*");
        return family >= 0 ? family > 0 : quality(all, "*/*") > 0;
    }

    /** The weight of this name in the list, or -1 when it is not there. */
    static double quality(String list, String name) {
        int at = 0;
        while (at < list.length()) {
            int comma = list.indexOf(',', at);
            int end = comma < 0 ? list.length() : comma;
            int semicolon = list.indexOf(';', at);
            int nameEnd = semicolon < 0 || semicolon > end ? end : semicolon;
            if (list.substring(at, nameEnd).trim().equalsIgnoreCase(name)) {
                return weight(list.substring(nameEnd, end));
            }
            at = end + 1;
        }
        return -1;
    }

    private static double weight(String parameters) {
        for (String parameter : parameters.split(";", -1)) {
            String text = parameter.trim().toLowerCase(Locale.ROOT);
            if (text.startsWith("q=")) {
                try {
                    return Double.parseDouble(text.substring(2));
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
