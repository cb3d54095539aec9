package io.trunkline.load.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.Unpooled;
import io.trunkline.load.measure.Errors;
import io.trunkline.load.plan.Opening;
import io.trunkline.load.wire.AnswerCheck;
import io.trunkline.load.wire.Codec;
import io.trunkline.load.wire.Handshake;
import org.jspecify.annotations.Nullable;

/**
 * Brings one connection from connected to open: nothing, one probe, or the MCP handshake and the question for its
 * node.
 */
final class OpeningSteps {
    private static final byte[] INITIALIZED = (Handshake.INITIALIZED + "\n").getBytes(US_ASCII);

    private final TcpConnection connection;
    private final Owner owner;
    private final Codec codec;
    private boolean locating;

    OpeningSteps(TcpConnection connection, Owner owner) {
        this.connection = connection;
        this.owner = owner;
        this.codec = owner.codec();
    }

    void begin(long now) {
        switch (codec.plan.opening()) {
            case CONNECT -> connection.opened(now);
            case PROBE -> connection.write(codec.line(connection.number, connection.number(now)));
            case INITIALIZE, LOCATE ->
                write((Handshake.initialize(connection.number, connection.number(now)) + "\n").getBytes(US_ASCII));
        }
    }

    /** How to judge what arrives meanwhile: the handshake is JSON-RPC whatever the load expects. */
    AnswerCheck check() {
        return codec.plan.opening() == Opening.PROBE ? codec.check : codec.responseCheck;
    }

    /** Goes on when the request of the current step has been answered. */
    void answered(@Nullable String error, byte[] line, int from, int to, long now) {
        if (error != null) {
            connection.end(error);
        } else if (locating) {
            locate(line, from, to, now);
        } else if (codec.plan.opening() == Opening.PROBE) {
            connection.opened(now);
        } else {
            write(INITIALIZED);
            if (codec.plan.opening() == Opening.LOCATE) {
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
        owner.located(connection, node);
        connection.opened(now);
    }

    private void write(byte[] line) {
        connection.write(Unpooled.wrappedBuffer(line));
    }
}
