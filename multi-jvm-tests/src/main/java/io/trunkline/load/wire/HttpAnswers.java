package io.trunkline.load.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.trunkline.load.measure.Errors;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of one connection into HTTP answers. Takes what a server of JSON answers with: HTTP/1.1, a length,
 * and no other transfer coding, or an event stream, after whose head everything is handed on as it comes. Only the
 * beginning of an unfinished answer is kept per connection. Not thread safe. Source: RFC 9112.
 */
public final class HttpAnswers {
    /** Receives each answer; the bytes are valid during the call only. */
    public interface Sink {
        /** An answer is there in full; its body is empty when {@code from == to}. */
        void answer(int status, byte[] bytes, int from, int to);

        /**
         * The head of an event stream with status 200 is there; no answer follows.
         *
         * @param chunked whether what comes on it is in chunks
         */
        void stream(boolean chunked);

        /** Something has come on the event stream. */
        void streamed(byte[] bytes, int from, int to);
    }

    private static final int LONGEST_HEAD = 16 * 1024;
    private static final byte[] NOTHING = {};
    private static final byte[] VERSION = "HTTP/1.1 ".getBytes(US_ASCII);
    private static final byte[] LENGTH = "content-length".getBytes(US_ASCII);
    private static final byte[] TYPE = "content-type".getBytes(US_ASCII);
    private static final byte[] CODING = "transfer-encoding".getBytes(US_ASCII);
    private static final byte[] SESSION = "mcp-session-id".getBytes(US_ASCII);
    private static final byte[] EVENTS = "text/event-stream".getBytes(US_ASCII);

    private final int longest;
    private byte[] unfinished = NOTHING;
    private int kept;
    private boolean streaming;
    private @Nullable String problem;

    private byte[] source = NOTHING;
    private int status;
    private long length;
    private boolean events;
    private boolean coded;
    private int sessionFrom;
    private int sessionTo;

    /** @param longest the longest body in bytes */
    public HttpAnswers(int longest) {
        this.longest = longest;
    }

    /**
     * Takes all readable bytes.
     *
     * @param shared room that is free until this returns
     * @return the kind of error after which nothing more can be read, or null
     */
    @Nullable
    public String read(ByteBuf bytes, byte[] shared, Sink sink) {
        while (bytes.isReadable() && problem == null) {
            int size = Math.min(bytes.readableBytes(), shared.length);
            bytes.readBytes(shared, 0, size);
            if (streaming) {
                sink.streamed(shared, 0, size);
            } else if (kept == 0) {
                keep(shared, take(shared, size, sink), size);
            } else {
                keep(shared, 0, size);
                byte[] all = unfinished;
                int whole = kept;
                int from = take(all, whole, sink);
                unfinished = NOTHING;
                kept = 0;
                keep(all, from, whole);
            }
        }
        bytes.skipBytes(bytes.readableBytes());
        return problem;
    }

    /** The session that the answer names, while it is told; empty for none. */
    public byte[] session() {
        return Arrays.copyOfRange(source, sessionFrom, sessionTo);
    }

    /** Tells the answers that are there in full; returns where the rest begins. */
    private int take(byte[] bytes, int to, Sink sink) {
        source = bytes;
        int at = 0;
        while (at < to && problem == null && !streaming) {
            int body = head(at, to);
            if (body < 0) {
                break;
            }
            if (events && status == 200) {
                streaming = true;
                sink.stream(coded);
                if (body < to) {
                    sink.streamed(bytes, body, to);
                }
                return to;
            }
            if (length < 0 || coded) {
                problem = Errors.ANSWER_NO_LENGTH;
            } else if (length > longest) {
                problem = Errors.ANSWER_TOO_LONG;
            } else if (to - body < length) {
                break;
            } else {
                at = body + (int) length;
                sink.answer(status, bytes, body, at);
            }
        }
        source = NOTHING;
        return at;
    }

    /** Reads a head; returns where its body begins, or -1 if it is not there in full, or wrong. */
    private int head(int from, int to) {
        status = -1;
        length = -1;
        events = false;
        coded = false;
        sessionFrom = 0;
        sessionTo = 0;
        int line = from;
        for (int i = from; i < to; i++) {
            if (source[i] != '\n') {
                continue;
            }
            int end = i > line && source[i - 1] == '\r' ? i - 1 : -1;
            if (end < 0 || !(line == from ? statusLine(line, end) : end == line || header(line, end))) {
                problem = Errors.ANSWER_MALFORMED;
                return -1;
            }
            if (end == line) {
                return i + 1;
            }
            line = i + 1;
        }
        if (to - from > LONGEST_HEAD) {
            problem = Errors.ANSWER_TOO_LONG;
        }
        return -1;
    }

    private boolean statusLine(int from, int to) {
        int digits = from + VERSION.length;
        if (to - digits < 3 || !Arrays.equals(source, from, digits, VERSION, 0, VERSION.length)) {
            return false;
        }
        status = (int) number(digits, digits + 3);
        return status >= 200 && (to == digits + 3 || source[digits + 3] == ' ');
    }

    private boolean header(int from, int to) {
        int colon = from;
        while (colon < to && source[colon] != ':') {
            colon++;
        }
        if (colon == from || colon == to) {
            return false;
        }
        int value = colon + 1;
        while (value < to && source[value] == ' ') {
            value++;
        }
        if (is(from, colon, LENGTH)) {
            boolean first = length < 0;
            length = number(value, to);
            return first && length >= 0;
        } else if (is(from, colon, TYPE)) {
            events = is(value, Math.min(to, value + EVENTS.length), EVENTS);
        } else if (is(from, colon, CODING)) {
            coded = true;
        } else if (is(from, colon, SESSION)) {
            sessionFrom = value;
            sessionTo = to;
        }
        return true;
    }

    /** Digits as a number; -1 for anything else. */
    private long number(int from, int to) {
        if (from == to || to - from > 10) {
            return -1;
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = source[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    /** Compares without case; {@code text} is in lower case. */
    private boolean is(int from, int to, byte[] text) {
        if (to - from != text.length) {
            return false;
        }
        for (int i = 0; i < text.length; i++) {
            int b = source[from + i];
            if ((b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b) != text[i]) {
                return false;
            }
        }
        return true;
    }

    private void keep(byte[] bytes, int from, int to) {
        if (from == to || streaming || problem != null) {
            return;
        }
        int needed = kept + to - from;
        if (needed > unfinished.length) {
            unfinished = Arrays.copyOf(unfinished, Math.max(needed, unfinished.length * 2));
        }
        System.arraycopy(bytes, from, unfinished, kept, to - from);
        kept = needed;
    }
}
