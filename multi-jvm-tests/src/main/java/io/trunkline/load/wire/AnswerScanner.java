package io.trunkline.load.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/**
 * Finds the id of one JSON-RPC message and tells what it is, in one pass and without allocation: keys of the outermost
 * object are read, values are only skipped. Not thread safe.
 */
public final class AnswerScanner {
    /** What a line is. */
    public enum Kind {
        RESULT,
        ERROR,
        /** A request or notification of the server. */
        CALL,
        MALFORMED
    }

    private static final byte[] JSONRPC = "jsonrpc".getBytes(US_ASCII);
    private static final byte[] ID = "id".getBytes(US_ASCII);
    private static final byte[] RESULT = "result".getBytes(US_ASCII);
    private static final byte[] ERROR = "error".getBytes(US_ASCII);
    private static final byte[] METHOD = "method".getBytes(US_ASCII);
    private static final byte[] VERSION = "\"2.0\"".getBytes(US_ASCII);

    private byte[] line = {};
    private int at;
    private int end;
    private int idFrom;
    private int idTo;

    /** Reads one line without its newline. */
    public Kind scan(byte[] source, int from, int to) {
        line = source;
        at = from;
        end = to;
        idFrom = 0;
        idTo = 0;
        return message();
    }

    /** Where the text of a string id begins, behind its quote; equal to {@link #idTo} if there is no such id. */
    public int idFrom() {
        return idFrom;
    }

    public int idTo() {
        return idTo;
    }

    private Kind message() {
        boolean version = false;
        int results = 0;
        int errors = 0;
        boolean call = false;
        if (!accept('{')) {
            return Kind.MALFORMED;
        }
        do {
            skipSpace();
            int keyFrom = at + 1;
            if (!skipString()) {
                return Kind.MALFORMED;
            }
            int keyTo = at - 1;
            if (!accept(':')) {
                return Kind.MALFORMED;
            }
            skipSpace();
            int valueFrom = at;
            if (!skipValue()) {
                return Kind.MALFORMED;
            }
            if (is(keyFrom, keyTo, ID)) {
                boolean text = line[valueFrom] == '"';
                idFrom = text ? valueFrom + 1 : valueFrom;
                idTo = text ? at - 1 : valueFrom;
            } else if (is(keyFrom, keyTo, JSONRPC)) {
                version = is(valueFrom, at, VERSION);
            } else if (is(keyFrom, keyTo, RESULT)) {
                results++;
            } else if (is(keyFrom, keyTo, ERROR)) {
                errors++;
            } else if (is(keyFrom, keyTo, METHOD)) {
                call = true;
            }
        } while (accept(','));
        if (!accept('}') || !version) {
            return Kind.MALFORMED;
        }
        skipSpace();
        return at == end ? kind(results, errors, call) : Kind.MALFORMED;
    }

    private static Kind kind(int results, int errors, boolean call) {
        if (call) {
            return results + errors == 0 ? Kind.CALL : Kind.MALFORMED;
        }
        if (results + errors != 1) {
            return Kind.MALFORMED;
        }
        return results == 1 ? Kind.RESULT : Kind.ERROR;
    }

    private boolean is(int from, int to, byte[] text) {
        return to - from == text.length && Arrays.equals(line, from, to, text, 0, text.length);
    }

    private boolean accept(char expected) {
        skipSpace();
        if (at < end && line[at] == expected) {
            at++;
            return true;
        }
        return false;
    }

    private void skipSpace() {
        while (at < end && (line[at] == ' ' || line[at] == '\t' || line[at] == '\r' || line[at] == '\n')) {
            at++;
        }
    }

    /** From an opening quote to behind the closing one. */
    private boolean skipString() {
        if (at >= end || line[at] != '"') {
            return false;
        }
        for (at++; at < end; at++) {
            byte b = line[at];
            if (b == '\\') {
                at++;
            } else if (b == '"') {
                at++;
                return true;
            }
        }
        return false;
    }

    private boolean skipValue() {
        if (at >= end) {
            return false;
        }
        return switch (line[at]) {
            case '"' -> skipString();
            case '{', '[' -> skipNested();
            default -> skipScalar();
        };
    }

    private boolean skipNested() {
        int depth = 0;
        while (at < end) {
            switch (line[at]) {
                case '"' -> {
                    if (!skipString()) {
                        return false;
                    }
                    continue;
                }
                case '{', '[' -> depth++;
                case '}', ']' -> depth--;
                default -> {}
            }
            at++;
            if (depth == 0) {
                return true;
            }
        }
        return false;
    }

    private boolean skipScalar() {
        int from = at;
        while (at < end && line[at] != ',' && line[at] != '}' && line[at] != ' ' && line[at] != '\r') {
            at++;
        }
        return at > from;
    }
}
