package io.trunkline.load.plan;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * The template of one request: a line of JSON-RPC of an exact length in which only the id changes from request to
 * request.
 *
 * <p>The id is a string, {@code cccccc-ssssssss}: number of the connection and number of the request on it, both in
 * hexadecimal, so an answer tells at once whether it belongs to this connection and whether it was given before. Lines
 * are padded where JSON-RPC and MCP let a client write what it likes: a few bytes at the end of the id, more in {@code
 * params._meta}, and for the echo tool in its argument.
 *
 * <pre>
 *   {"jsonrpc":"2.0","id":"00012f-00000a3c.......","method":"ping"}\n        64 bytes
 *                          |<-------------->|
 *                          idOffset, idLength
 * </pre>
 */
public final class RequestLine {
    /** Length of the id without padding. */
    public static final int ID_LENGTH = 15;

    /** Largest number of a connection, plus one. */
    public static final int MAX_CONNECTIONS = 1 << 24;

    /** Longest line: as long as the longest message that a server is likely to be configured for. */
    public static final int MAX_LENGTH = 16 * 1024 * 1024;

    /** What every line begins with: the id follows. */
    public static final String ID_PREFIX = "{\"jsonrpc\":\"2.0\",\"id\":\"";

    /** The version of MCP in which requests belong to no session. */
    public static final String STATELESS_VERSION = "2026-07-28";

    /** What such a request says of its client: the members of {@code params._meta} (MCP 2026-07-28, basic). */
    public static final String STATELESS_META = "\"io.modelcontextprotocol/protocolVersion\":\"" + STATELESS_VERSION
            + "\",\"io.modelcontextprotocol/clientCapabilities\":{}";

    private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);

    private final byte[] line;
    private final int idLength;

    private RequestLine(String line, int idLength) {
        this.line = line.getBytes(US_ASCII);
        this.idLength = idLength;
    }

    /**
     * A line of exactly {@code length} bytes with its newline, or the shortest one if that is 0.
     *
     * @param stateless whether the request belongs to no session, and describes its client itself
     * @throws IllegalArgumentException if the request cannot be so short, or is longer than {@link #MAX_LENGTH}
     */
    public static RequestLine of(RequestKind kind, boolean stateless, int length) {
        if (length > MAX_LENGTH) {
            throw new IllegalArgumentException("payload " + length + " (expected: at most " + MAX_LENGTH + " bytes)");
        }
        String open = "\",\"method\":\"" + kind.method() + "\"";
        String meta = stateless ? STATELESS_META : "";
        return switch (kind) {
            case PING, DISCOVER -> padded(open, "", meta, length);
            case WHOAMI -> padded(open, "\"name\":\"whoami\",\"arguments\":{}", meta, length);
            case ECHO -> echo(open, meta, length);
        };
    }

    private static RequestLine padded(String open, String params, String meta, int length) {
        String members = joined(params, meta.isEmpty() ? "" : "\"_meta\":{" + meta + "}");
        String shortTail = open + (members.isEmpty() ? "" : ",\"params\":{" + members + "}") + "}\n";
        int spare = spare(length, ID_PREFIX.length() + ID_LENGTH + shortTail.length());
        String longTail = open + ",\"params\":{" + joined(params, "\"_meta\":{" + joined(meta, "\"pad\":\""));
        String end = "\"}}}\n";
        int inMeta = length - (ID_PREFIX.length() + ID_LENGTH + longTail.length() + end.length());
        if (inMeta < 0) {
            return new RequestLine(ID_PREFIX + ".".repeat(ID_LENGTH + spare) + shortTail, ID_LENGTH + spare);
        }
        return new RequestLine(ID_PREFIX + ".".repeat(ID_LENGTH) + longTail + "x".repeat(inMeta) + end, ID_LENGTH);
    }

    private static RequestLine echo(String open, String meta, int length) {
        String head = open + ",\"params\":{\"name\":\"echo\",\"arguments\":{\"text\":\"";
        String close = "\"}" + (meta.isEmpty() ? "" : ",\"_meta\":{" + meta + "}") + "}}\n";
        int spare = spare(length, ID_PREFIX.length() + ID_LENGTH + head.length() + close.length());
        return new RequestLine(ID_PREFIX + ".".repeat(ID_LENGTH) + head + "x".repeat(spare) + close, ID_LENGTH);
    }

    private static String joined(String first, String second) {
        return first + (first.isEmpty() || second.isEmpty() ? "" : ",") + second;
    }

    private static int spare(int length, int shortest) {
        if (length != 0 && length < shortest) {
            throw new IllegalArgumentException("payload " + length + " (expected: at least " + shortest
                    + " bytes for this request, or 0 for the shortest)");
        }
        return length == 0 ? 0 : length - shortest;
    }

    /** The whole line with dots in place of the id; a copy. */
    public byte[] template() {
        return line.clone();
    }

    public int length() {
        return line.length;
    }

    /** Where the id begins, behind its opening quote. */
    public int idOffset() {
        return ID_PREFIX.length();
    }

    /** Length of the id between its quotes, with its padding. */
    public int idLength() {
        return idLength;
    }

    /** This line with its id set. */
    public byte[] numbered(int connection, int sequence) {
        byte[] numbered = template();
        writeId(numbered, idOffset(), connection, sequence);
        return numbered;
    }

    /** The id alone, without padding. */
    public static String id(int connection, int sequence) {
        byte[] id = new byte[ID_LENGTH];
        writeId(id, 0, connection, sequence);
        return new String(id, US_ASCII);
    }

    /** Writes the {@link #ID_LENGTH} bytes of an id. */
    public static void writeId(byte[] target, int offset, int connection, int sequence) {
        writeHex(target, offset, 6, connection);
        target[offset + 6] = '-';
        writeHex(target, offset + 7, 8, sequence);
    }

    private static void writeHex(byte[] target, int offset, int digits, int value) {
        for (int i = offset + digits - 1, rest = value; i >= offset; i--, rest >>>= 4) {
            target[i] = HEX[rest & 0xf];
        }
    }

    /**
     * Reads an id that {@link #writeId} wrote and that may be padded with dots.
     *
     * @return connection in the upper, sequence in the lower 32 bits, or -1 if the bytes are no such id
     */
    public static long readId(byte[] source, int from, int to) {
        if (to - from < ID_LENGTH || source[from + 6] != '-') {
            return -1;
        }
        for (int i = from + ID_LENGTH; i < to; i++) {
            if (source[i] != '.') {
                return -1;
            }
        }
        long connection = readHex(source, from, 6);
        long sequence = readHex(source, from + 7, 8);
        return connection < 0 || sequence < 0 ? -1 : connection << 32 | sequence;
    }

    private static long readHex(byte[] source, int from, int digits) {
        long value = 0;
        for (int i = from; i < from + digits; i++) {
            byte b = source[i];
            int digit = b >= '0' && b <= '9' ? b - '0' : b >= 'a' && b <= 'f' ? b - 'a' + 10 : -1;
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }
}
