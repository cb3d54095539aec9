package io.trunkline.load.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Waits for the data of the first event of an event stream, in whatever pieces it comes. Comments and events without
 * data do not count. Not thread safe. Source: RFC 9112, section 7.1; HTML standard, section 9.2.6.
 */
public final class FirstEvent {
    public enum State {
        /** It is not there in full. */
        AWAITED,
        COMPLETE,
        /** What came is no event stream, or is over, or the event is too long. */
        BROKEN
    }

    private enum Part {
        SIZE,
        EXTENSION,
        CONTENT,
        END
    }

    /** Bytes of a line, and of an event. */
    private static final int LONGEST = 64 * 1024;

    private static final byte[] FIELD = "data:".getBytes(US_ASCII);

    private final boolean chunked;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private Part part = Part.SIZE;
    private long left;
    private State state = State.AWAITED;

    /** @param chunked whether the stream comes in chunks; otherwise its bytes are as they are */
    public FirstEvent(boolean chunked) {
        this.chunked = chunked;
    }

    /** Takes the next bytes; what follows the event is not looked at. */
    public State read(byte[] bytes, int from, int to) {
        for (int i = from; i < to && state == State.AWAITED; i++) {
            if (chunked) {
                chunk(bytes[i]);
            } else {
                text(bytes[i]);
            }
        }
        return state;
    }

    public byte[] data() {
        return data.toByteArray();
    }

    private void chunk(byte b) {
        switch (part) {
            case SIZE -> {
                int digit = Character.digit(b, 16);
                if (digit >= 0) {
                    left = left * 16 + digit;
                    state = left > Integer.MAX_VALUE ? State.BROKEN : state;
                } else {
                    part = Part.EXTENSION;
                    chunk(b);
                }
            }
            case EXTENSION -> {
                if (b == '\n') {
                    part = Part.CONTENT;
                    state = left == 0 ? State.BROKEN : state;
                }
            }
            case CONTENT -> {
                text(b);
                if (--left == 0) {
                    part = Part.END;
                }
            }
            case END -> part = b == '\n' ? Part.SIZE : part;
        }
    }

    private void text(byte b) {
        if (b != '\n') {
            line.write(b);
            state = line.size() + data.size() > LONGEST ? State.BROKEN : state;
            return;
        }
        byte[] whole = line.toByteArray();
        line.reset();
        int to = whole.length > 0 && whole[whole.length - 1] == '\r' ? whole.length - 1 : whole.length;
        if (to == 0) {
            state = data.size() > 0 ? State.COMPLETE : state;
        } else if (to > FIELD.length && Arrays.equals(whole, 0, FIELD.length, FIELD, 0, FIELD.length)) {
            data.write(whole, FIELD.length, to - FIELD.length);
        }
    }
}
