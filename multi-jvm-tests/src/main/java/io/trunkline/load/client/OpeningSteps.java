package io.trunkline.load.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.Unpooled;
import io.trunkline.load.measure.Errors;
import io.trunkline.load.plan.Opening;
import org.jspecify.annotations.Nullable;

/** Brings one connection from connected to open: nothing, one probe, or the MCP handshake and the question for its node. */
final class OpeningSteps {
    private static final byte[] INITIALIZED = (Handshake.INITIALIZED + "\n").getBytes(US_ASCII);

    private final TcpConnection connection;
    private final LoadLoop loop;
    private boolean locating;

    OpeningSteps(TcpConnection connection, LoadLoop loop) {
        this.connection = connection;
        this.loop = loop;
    }

    void begin(long now) {
        switch (loop.plan().opening()) {
            case CONNECT -> connection.opened(now);
            case PROBE -> connection.write(loop.writer().numbered(connection.number, connection.number(now)));
            case INITIALIZE, LOCATE ->
                write((Handshake.initialize(connection.number, connection.number(now)) + "\n").getBytes(US_ASCII));
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
            connection.opened(now);
        } else {
            write(INITIALIZED);
            if (loop.plan().opening() == Opening.LOCATE) {
                locating = true;
                write(Handshake.whoami(connection.number, connection.number(now)));
            } else {
                connection.opened(now);
            }
        }
    }

    private void locate(byte[] line, int from, int to, long now) {
        String node = Handshake.node(line, from, to);
        if (node.isEmpty()) {
            connection.end(Errors.ANSWER_MALFORMED);
            return;
        }
        loop.located(connection, node);
        connection.opened(now);
    }

    private void write(byte[] line) {
        connection.write(Unpooled.wrappedBuffer(line));
    }
}
