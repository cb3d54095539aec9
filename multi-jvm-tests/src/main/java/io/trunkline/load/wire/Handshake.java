package io.trunkline.load.wire;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.trunkline.load.plan.RequestKind;
import io.trunkline.load.plan.RequestLine;
import java.io.IOException;

/** The messages with which a session begins, and what is to be learnt from their answers. */
public final class Handshake {
    /** A version that every server of the handshake era knows. */
    public static final String VERSION = "2025-06-18";

    /** Without the end of the line. */
    public static final String INITIALIZED = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";

    private static final String INITIALIZE = "{\"jsonrpc\":\"2.0\",\"id\":\"%s\",\"method\":\"initialize\",\"params\":"
            + "{\"protocolVersion\":\"" + VERSION + "\",\"capabilities\":{},"
            + "\"clientInfo\":{\"name\":\"trunkline-load\",\"version\":\"0.1.0\"}}}";

    private static final RequestLine WHOAMI = RequestLine.of(RequestKind.WHOAMI, false, 0);
    private static final ObjectMapper JSON = new ObjectMapper();

    private Handshake() {}

    /** The request {@code initialize}, without the end of the line. */
    public static String initialize(int connection, int sequence) {
        return INITIALIZE.formatted(RequestLine.id(connection, sequence));
    }

    /** The call of {@code whoami} in a session, as a line. */
    public static byte[] whoami(int connection, int sequence) {
        return WHOAMI.numbered(connection, sequence);
    }

    /** The node that an answer of {@code whoami} names; empty for an answer that names none. */
    public static String node(byte[] answer, int from, int to) {
        try {
            return JSON.readTree(answer, from, to - from)
                    .at("/result/structuredContent/node")
                    .asText();
        } catch (IOException e) {
            return "";
        }
    }
}
