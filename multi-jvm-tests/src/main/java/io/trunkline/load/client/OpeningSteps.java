package io.trunkline.load.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.Unpooled;
import io.trunkline.load.measure.Errors;
import io.trunkline.load.plan.Opening;
import io.trunkline.load.plan.RequestKind;
import io.trunkline.load.plan.RequestLine;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Brings one connection from connected to open: nothing, one probe, or the MCP handshake and the question for its node. */
final class OpeningSteps {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The newest handshake that every server of the handshake era knows. */
    private static final String INITIALIZE = "{\"jsonrpc\":\"2.0\",\"id\":\"%s\",\"method\":\"initialize\",\"params\":"
            + "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{},"
            + "\"clientInfo\":{\"name\":\"trunkline-load\",\"version\":\"0.1.0\"}}}\n";

    private static final byte[] INITIALIZED =
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n".getBytes(US_ASCII);

    private static final RequestLine WHOAMI = RequestLine.of(RequestKind.WHOAMI, 0);

    private final TcpConnection connection;
    private final LoadLoop loop;
    private boolean locating;

    OpeningSteps(TcpConnection connection, LoadLoop loop) {
        this.connection = connection;
        this.loop = loop;
    }

    void begin(long now) {
        switch (loop.plan().opening()) {
            case CONNECT -> connection.becomeOpen(now);
            case PROBE -> connection.write(loop.writer().numbered(connection.number, connection.number(now)));
            case INITIALIZE, LOCATE -> {
                String id = RequestLine.id(connection.number, connection.number(now));
                write(INITIALIZE.formatted(id).getBytes(US_ASCII));
            }
        }
    }

    /** How to judge what arrives meanwhile: the handshake is JSON-RPC whatever the load expects. */
    AnswerCheck check() {
        return loop.plan().opening() == Opening.PROBE ? loop.check() : loop.responseCheck();
    }

    /** Goes on when the request of the current step has been answered. */
    void answered(@Nullable String error, byte[] line, int from, int to, long now) {
        if (error != null) {
            connection.end(error);
        } else if (locating) {
            locate(line, from, to, now);
        } else if (loop.plan().opening() == Opening.PROBE) {
            connection.becomeOpen(now);
        } else {
            write(INITIALIZED);
            if (loop.plan().opening() == Opening.LOCATE) {
                locating = true;
                write(WHOAMI.numbered(connection.number, connection.number(now)));
            } else {
                connection.becomeOpen(now);
            }
        }
    }

    private void locate(byte[] line, int from, int to, long now) {
        try {
            String node = JSON.readTree(line, from, to - from)
                    .at("/result/structuredContent/node")
                    .asText();
            if (node.isEmpty()) {
                connection.end(Errors.ANSWER_MALFORMED);
                return;
            }
            loop.located(connection, node);
            connection.becomeOpen(now);
        } catch (IOException e) {
            connection.end(Errors.ANSWER_MALFORMED);
        }
    }

    private void write(byte[] line) {
        connection.write(Unpooled.wrappedBuffer(line));
    }
}
