package io.trunkline.protocol.jsonrpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import org.jspecify.annotations.Nullable;

/**
 * Builds the bytes of messages from the server: one array per message, no newline, nothing escaped that need not be.
 *
 * <p>Parts that are JSON already, ids above all, are copied as they are.
 */
public final class Messages {

    private static final byte[] ID = bytes("{\"jsonrpc\":\"2.0\",\"id\":");
    private static final byte[] RESULT = bytes(",\"result\":");
    private static final byte[] EMPTY_RESULT = bytes(",\"result\":{}}");
    private static final byte[] CODE = bytes(",\"error\":{\"code\":");
    private static final byte[] MESSAGE = bytes(",\"message\":\"");
    private static final byte[] DATA = bytes("\",\"data\":");
    private static final byte[] END_OF_ERROR = bytes("\"}}");
    private static final byte[] END_OF_DATA = bytes("}}");
    private static final byte[] NULL = bytes("null");

    private Messages() {}

    /** The answer of a request that has nothing to tell, such as ping. */
    public static byte[] emptyResult(Envelope request) {
        return join(request, EMPTY_RESULT);
    }

    /** The answer with this result, which is the bytes {@code from} to {@code to} of a JSON text. */
    public static byte[] result(Envelope request, byte[] result, int from, int to) {
        int id = request.idEnd() - request.idStart();
        byte[] message = new byte[ID.length + id + RESULT.length + (to - from) + 1];
        int at = put(ID, message, 0);
        System.arraycopy(request.message(), request.idStart(), message, at, id);
        at = put(RESULT, message, at + id);
        System.arraycopy(result, from, message, at, to - from);
        message[message.length - 1] = '}';
        return message;
    }

    public static byte[] result(Envelope request, byte[] result) {
        return result(request, result, 0, result.length);
    }

    /** The answer with this error; the id is null when the message has none that could be read. */
    public static byte[] error(Envelope message, int code, String text) {
        return error(message, code, text, null);
    }

    /**
     * The same with something for programs.
     *
     * @param data a JSON text; null for none
     */
    public static byte[] error(Envelope message, int code, String text, byte @Nullable [] data) {
        byte[] number = bytes(Integer.toString(code));
        byte[] quoted = JsonStringEncoder.getInstance().quoteAsUTF8(wellFormed(text));
        byte[] end = data == null ? END_OF_ERROR : END_OF_DATA;
        int length = CODE.length + number.length + MESSAGE.length + quoted.length + end.length;
        byte[] tail = new byte[data == null ? length : length + DATA.length + data.length];
        int at = put(CODE, tail, 0);
        at = put(number, tail, at);
        at = put(MESSAGE, tail, at);
        at = put(quoted, tail, at);
        if (data != null) {
            at = put(data, tail, put(DATA, tail, at));
        }
        put(end, tail, at);
        return join(message, tail);
    }

    /** The text with a question mark for each lone surrogate, which a JSON escape can make but UTF-8 cannot carry. */
    public static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return new String(text.getBytes(UTF_8), UTF_8);
            }
        }
        return text;
    }

    private static byte[] join(Envelope envelope, byte[] tail) {
        if (!envelope.hasId()) {
            byte[] message = new byte[ID.length + NULL.length + tail.length];
            put(tail, message, put(NULL, message, put(ID, message, 0)));
            return message;
        }
        int id = envelope.idEnd() - envelope.idStart();
        byte[] message = new byte[ID.length + id + tail.length];
        put(ID, message, 0);
        System.arraycopy(envelope.message(), envelope.idStart(), message, ID.length, id);
        put(tail, message, ID.length + id);
        return message;
    }

    private static int put(byte[] part, byte[] message, int at) {
        System.arraycopy(part, 0, message, at, part.length);
        return at + part.length;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
