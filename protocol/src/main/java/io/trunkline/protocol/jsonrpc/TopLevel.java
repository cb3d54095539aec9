package io.trunkline.protocol.jsonrpc;

import java.nio.charset.StandardCharsets;

/**
 * Looks for the id of a large message, or counts the members of a batch, without reading it: only the names of its own
 * members are compared, and whether it is valid is not asked. For those who refuse or count it.
 */
final class TopLevel {
    private static final byte[] ID = "id".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] METHOD = "method".getBytes(StandardCharsets.US_ASCII);

    private final byte[] message;
    private int at;
    private int idStart = -1;
    private int idEnd = -1;
    private boolean method;

    private TopLevel(byte[] message) {
        this.message = message;
    }

    /**
     * A small message with the same id, and with a method if it has one: what has to be known of it to refuse it. A
     * batch or nonsense becomes something whose id is not known.
     */
    static byte[] outline(byte[] message) {
        TopLevel found = new TopLevel(message);
        if (!found.read()) {
            return "{}".getBytes(StandardCharsets.US_ASCII);
        }
        String id = found.idStart < 0
                ? ""
                : ",\"id\":" + new String(message, found.idStart, found.idEnd - found.idStart, StandardCharsets.UTF_8);
        String kind = found.method ? ",\"method\":\"-\"" : ",\"result\":{}";
        return ("{\"jsonrpc\":\"2.0\"" + id + kind + "}").getBytes(StandardCharsets.UTF_8);
    }

    /** How many members a batch has, or more than {@code most}; 1 for whatever is no batch. */
    static int members(byte[] message, int most) {
        TopLevel batch = new TopLevel(message);
        batch.at = Utf8.markLength(message);
        batch.skipBlank();
        if (batch.at >= message.length || message[batch.at] != '[') {
            return 1;
        }
        int members = 0;
        do {
            batch.at++;
            batch.skipValue();
            members++;
        } while (members <= most && batch.at < message.length && message[batch.at] == ',');
        return members;
    }

    private boolean read() {
        skipBlank();
        if (at >= message.length || message[at] != '{') {
            return false;
        }
        at++;
        while (true) {
            skipBlank();
            if (at >= message.length || message[at] != '"') {
                return at < message.length && message[at] == '}';
            }
            int name = at + 1;
            skipString();
            boolean isId = is(ID, name, at - 1);
            method |= is(METHOD, name, at - 1);
            skipBlank();
            at++;
            skipBlank();
            int value = at;
            skipValue();
            if (isId) {
                idStart = value;
                idEnd = Math.min(at, message.length);
            }
            skipBlank();
            if (at >= message.length || message[at] != ',') {
                return at < message.length && message[at] == '}';
            }
            at++;
        }
    }

    private boolean is(byte[] expected, int from, int to) {
        if (to - from != expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (message[from + i] != expected[i]) {
                return false;
            }
        }
        return true;
    }

    private void skipBlank() {
        while (at < message.length && message[at] <= ' ' && message[at] >= 0) {
            at++;
        }
    }

    /** From a quotation mark to behind the next one that is not escaped. */
    private void skipString() {
        for (at++; at < message.length && message[at] != '"'; at++) {
            if (message[at] == '\\') {
                at++;
            }
        }
        at++;
    }

    /** To the comma or bracket that ends a value. */
    private void skipValue() {
        int depth = 0;
        while (at < message.length) {
            byte b = message[at];
            if (b == '"') {
                skipString();
                continue;
            }
            boolean closes = b == '}' || b == ']';
            if (depth == 0 && (closes || b == ',')) {
                return;
            }
            depth += b == '{' || b == '[' ? 1 : closes ? -1 : 0;
            at++;
        }
    }
}
