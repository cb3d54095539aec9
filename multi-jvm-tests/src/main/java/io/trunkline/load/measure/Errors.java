package io.trunkline.load.measure;

import java.util.Map;
import java.util.TreeMap;

/**
 * Errors counted by kind. Kinds are dotted names, {@code closed.reset}; those of JSON-RPC errors end in the server's
 * own words, so their number is bounded: what comes after the first {@link #MAX_KINDS} is counted together. Not thread
 * safe.
 */
public final class Errors {
    public static final String CONNECT_REFUSED = "connect.refused";
    public static final String CONNECT_TIMEOUT = "connect.timeout";
    public static final String CONNECT_NO_PORT = "connect.no-local-port";
    public static final String CONNECT_FAILED = "connect.failed";
    public static final String OPEN_TIMEOUT = "open.timeout";
    public static final String OPEN_NO_SESSION = "open.no-session-id";
    public static final String CLOSED_BY_PEER = "closed.by-peer";
    public static final String CLOSED_RESET = "closed.reset";
    public static final String CLOSED_FAILED = "closed.failed";
    public static final String REQUEST_LOST = "request.lost-with-connection";
    public static final String REQUEST_TIMEOUT = "request.timeout";
    public static final String REQUEST_UNSENT = "request.unsent";
    public static final String ANSWER_DUPLICATE = "answer.duplicate";
    public static final String ANSWER_LATE = "answer.late";
    public static final String ANSWER_FOREIGN = "answer.foreign-id";
    public static final String ANSWER_UNKNOWN = "answer.unknown-id";
    public static final String ANSWER_MALFORMED = "answer.malformed";
    public static final String ANSWER_DIFFERENT = "answer.different";
    public static final String ANSWER_TOO_LONG = "answer.too-long";
    public static final String ANSWER_NO_BODY = "answer.no-body";
    public static final String ANSWER_NO_LENGTH = "answer.no-length";
    public static final String ANSWER_EVENT_STREAM = "answer.event-stream";

    public static final String TOOL_FAILED = "tool.failed";
    public static final String GENERATOR_FAILED = "generator.failed";

    static final int MAX_KINDS = 100;

    private static final String OTHER = "other";

    private final Map<String, Long> counts = new TreeMap<>();

    public void count(String kind) {
        count(kind, 1);
    }

    public void count(String kind, long times) {
        String counted = counts.size() < MAX_KINDS || counts.containsKey(kind) ? kind : OTHER;
        counts.merge(counted, times, Long::sum);
    }

    public void countAll(Map<String, Long> others) {
        others.forEach(this::count);
    }

    /** Kinds and counts in the order of their names; a copy. */
    public Map<String, Long> toMap() {
        return new TreeMap<>(counts);
    }

    /** The kind of an HTTP answer with another status than it should have: {@code http 404}. */
    public static String http(int status) {
        return "http " + status;
    }

    /** The kind of a JSON-RPC error: {@code rpc -32001 node lost}. */
    public static String rpc(int code, String message) {
        String words = message.length() > 60 ? message.substring(0, 57) + "..." : message;
        return "rpc " + code + " " + words.replaceAll("[\\p{Cntrl};=]", " ");
    }
}
