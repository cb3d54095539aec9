package io.trunkline.load.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.trunkline.load.measure.Errors;
import io.trunkline.load.plan.Carrier;
import io.trunkline.load.plan.Opening;
import io.trunkline.load.wire.Codec;
import io.trunkline.load.wire.FirstEvent;
import io.trunkline.load.wire.Handshake;
import io.trunkline.load.wire.HttpText;
import io.trunkline.load.wire.ResponseCheck;
import io.trunkline.load.wire.Stateless;
import org.jspecify.annotations.Nullable;

/**
 * Brings one HTTP connection from connected to open, step by step: the MCP handshake if there are sessions, the
 * question for its node, and what the plan wants of the connection then.
 */
final class HttpOpening {
    private enum Step {
        INITIALIZE,
        INITIALIZED,
        PROBE,
        LOCATE,
        LISTEN
    }

    private static final int ACCEPTED = 202;

    private final HttpConnection connection;
    private final Owner owner;
    private final Codec codec;
    private final HttpText text;
    private final boolean stateless;
    private Step step = Step.INITIALIZE;
    private @Nullable FirstEvent acknowledgement;

    HttpOpening(HttpConnection connection, Owner owner) {
        this.connection = connection;
        this.owner = owner;
        this.codec = owner.codec();
        this.text = codec.text;
        this.stateless = codec.plan.carrier().stateless();
    }

    void begin(long now) {
        switch (codec.plan.opening()) {
            case CONNECT -> settle(now);
            case PROBE -> {
                step = Step.PROBE;
                connection.send(now);
            }
            case INITIALIZE -> initialize(now);
            case LOCATE -> {
                if (stateless) {
                    locate(now);
                } else {
                    initialize(now);
                }
            }
        }
    }

    private void initialize(long now) {
        int sequence = connection.number(now);
        ask(Step.INITIALIZE, text.first(Handshake.initialize(connection.number, sequence)), sequence);
    }

    private void locate(long now) {
        int sequence = connection.number(now);
        ask(
                Step.LOCATE,
                stateless
                        ? Stateless.whoami(text, connection.number, sequence)
                        : text.post(session(), line(Handshake.whoami(connection.number, sequence))),
                sequence);
    }

    private static String line(byte[] bytes) {
        return new String(bytes, US_ASCII).trim();
    }

    /** Whether an event stream is what comes now. */
    boolean listens() {
        return step == Step.LISTEN;
    }

    /** The head of the event stream is there; without sessions the server must say what it will tell. */
    void streams(boolean chunked, long now) {
        if (stateless) {
            acknowledgement = new FirstEvent(chunked);
        } else {
            connection.listening(now);
        }
    }

    /** Takes what comes on the event stream. */
    void streamed(byte[] bytes, int from, int to, long now) {
        FirstEvent awaited = acknowledgement;
        if (awaited == null) {
            return;
        }
        switch (awaited.read(bytes, from, to)) {
            case AWAITED -> {}
            case BROKEN -> connection.end(Errors.ANSWER_MALFORMED);
            case COMPLETE -> {
                if (Stateless.acknowledges(awaited.data(), connection.askedId())) {
                    connection.listening(now);
                } else {
                    connection.end(problemWith(awaited.data()));
                }
            }
        }
    }

    /** What there is instead of the acknowledgement: an error, or something that is none. */
    private String problemWith(byte[] message) {
        ResponseCheck check = codec.responseCheck;
        check.check(message, 0, message.length);
        String error = check.error();
        return error == null ? Errors.ANSWER_DIFFERENT : error;
    }

    /** Goes on when the request of the current step has been answered. */
    void answered(int status, byte[] bytes, int from, int to, long now) {
        String error = step == Step.INITIALIZED
                ? (status != ACCEPTED ? Errors.http(status) : from < to ? Errors.ANSWER_DIFFERENT : null)
                : connection.errorOf(status, codec.responseCheck, bytes, from, to);
        if (error != null) {
            connection.end(error);
            return;
        }
        switch (step) {
            case INITIALIZE -> {
                if (!connection.keepSession()) {
                    connection.end(Errors.OPEN_NO_SESSION);
                    return;
                }
                ask(Step.INITIALIZED, text.post(session(), Handshake.INITIALIZED), connection.number(now));
            }
            case INITIALIZED -> {
                if (codec.plan.opening() == Opening.LOCATE) {
                    locate(now);
                } else {
                    settle(now);
                }
            }
            case PROBE -> settle(now);
            case LOCATE -> {
                String node = Handshake.node(bytes, from, to);
                if (node.isEmpty()) {
                    connection.end(Errors.ANSWER_MALFORMED);
                    return;
                }
                owner.located(connection, node);
                settle(now);
            }
            case LISTEN -> connection.end(Errors.ANSWER_DIFFERENT);
        }
    }

    /** All that was to come before is done; what about the connection? */
    private void settle(long now) {
        if (codec.plan.carrier().listens()) {
            int sequence = connection.number(now);
            ask(
                    Step.LISTEN,
                    stateless ? Stateless.listen(text, connection.number, sequence) : text.get(session()),
                    sequence);
            return;
        }
        connection.opened(now);
        if (codec.plan.carrier() == Carrier.HTTP_LEAVE) {
            connection.end(null);
        }
    }

    private void ask(Step next, byte[] request, int sequence) {
        step = next;
        connection.ask(request, sequence);
    }

    private String session() {
        return new String(connection.session(), US_ASCII);
    }
}
