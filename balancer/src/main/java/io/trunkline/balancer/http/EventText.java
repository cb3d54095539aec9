package io.trunkline.balancer.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How events look on the wire (HTML standard, section 9.2.6), and what their ids mean. */
public final class EventText {
    private static final String MESSAGE = "event: message\n";
    private static final byte[] FIELDS = ascii(MESSAGE);
    private static final byte[] DATA = ascii("data: ");
    private static final byte[] END = ascii("\n\n");

    private EventText() {}

    /**
     * The place of an event: its stream and its sequence number.
     *
     * @param stream the number of the message whose response the stream is; 0 or less for a listening stream
     */
    public record Id(int stream, long sequence) {
        @Override
        public String toString() {
            return stream + "-" + sequence;
        }

        /** Reads what {@link #toString} writes; null when it is nothing of the kind. */
        public static @Nullable Id of(String text) {
            int dash = text.indexOf('-', 1);
            if (dash < 0) {
                return null;
            }
            try {
                Id id = new Id(Integer.parseInt(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1)));
                return id.toString().equals(text) && id.sequence >= 0 ? id : null;
            } catch (NumberFormatException e) {
                return null;
            }
        }
    }

    /** An event that carries this message, which is not changed. */
    public static byte[] message(@Nullable Id id, ByteBuf json) {
        return event(MESSAGE + (id == null ? "" : "id: " + id + "\n"), json);
    }

    /** An event of {@link #message} with another id. */
    public static byte[] withId(byte[] event, Id id) {
        int data = FIELDS.length;
        while (event[data] != '\n') {
            data++;
        }
        byte[] head = ascii(MESSAGE + "id: " + id);
        byte[] text = Arrays.copyOf(head, head.length + event.length - data);
        System.arraycopy(event, data, text, head.length, event.length - data);
        return text;
    }

    private static byte[] event(String fields, ByteBuf json) {
        byte[] head = ascii(fields);
        int length = json.readableBytes();
        byte[] text = new byte[head.length + DATA.length + length + END.length];
        System.arraycopy(head, 0, text, 0, head.length);
        System.arraycopy(DATA, 0, text, head.length, DATA.length);
        int from = head.length + DATA.length;
        json.getBytes(json.readerIndex(), text, from, length);
        for (int i = from; i < from + length; i++) {
            // A line end would end the field; in JSON it can only stand between tokens, where a blank does as well.
            if (text[i] == '\n' || text[i] == '\r') {
                text[i] = ' ';
            }
        }
        System.arraycopy(END, 0, text, from + length, END.length);
        return text;
    }

    /** An event without a message, which gives the client an id to come back with. */
    public static byte[] priming(Id id) {
        return ascii("id: " + id + "\ndata: \n\n");
    }

    /** How long the client is to wait before it comes back; no event, and not counted as one. */
    public static byte[] retry(int millis) {
        return ascii("retry: " + millis + "\n\n");
    }

    /** The first event of the deprecated transport: where to post messages (MCP 2024-11-05, basic, transports). */
    public static byte[] endpoint(String uri) {
        return ascii("event: endpoint\ndata: " + uri + "\n\n");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
