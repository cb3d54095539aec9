package io.trunkline.load.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.trunkline.load.measure.Errors;
import io.trunkline.load.plan.Carrier;
import io.trunkline.load.plan.Opening;

/**
 * Brings one HTTP connection from connected to open, step by step: the MCP handshake, the question for its node, and what
 * the plan wants of the connection then.
 */
final class HttpOpening {
    private enum Step {
        INITIALIZE,
        INITIALIZED,
        LOCATE,
        LISTEN
    }

    private static final int ACCEPTED = 202;

    private final HttpConnection connection;
    private final LoadLoop loop;
    private final HttpText text;
    private Step step = Step.INITIALIZE;

    HttpOpening(HttpConnection connection, LoadLoop loop) {
        this.connection = connection;
        this.loop = loop;
        this.text = loop.httpText();
    }

    void begin(long now) {
        if (loop.plan().opening() == Opening.CONNECT) {
            connection.opened(now);
            return;
        }
        int sequence = connection.number(now);
        connection.ask(text.first(Handshake.initialize(connection.number, sequence)), sequence);
    }

    /** Whether an event stream is what comes now. */
    boolean listens() {
        return step == Step.LISTEN;
    }

    /** Goes on when the request of the current step has been answered. */
    void answered(int status, byte[] bytes, int from, int to, long now) {
        String error = step == Step.INITIALIZED
                ? (status != ACCEPTED ? Errors.http(status) : from < to ? Errors.ANSWER_DIFFERENT : null)
                : connection.errorOf(status, loop.responseCheck(), bytes, from, to);
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
                if (loop.plan().opening() == Opening.LOCATE) {
                    int sequence = connection.number(now);
                    String call = new String(Handshake.whoami(connection.number, sequence), US_ASCII).trim();
                    ask(Step.LOCATE, text.post(session(), call), sequence);
                } else {
                    settle(now);
                }
            }
            case LOCATE -> {
                String node = Handshake.node(bytes, from, to);
                if (node.isEmpty()) {
                    connection.end(Errors.ANSWER_MALFORMED);
                    return;
                }
                loop.located(connection, node);
                settle(now);
            }
            case LISTEN -> connection.end(Errors.ANSWER_DIFFERENT);
        }
    }

    /** The session is open; what about its connection? */
    private void settle(long now) {
        if (loop.plan().carrier() == Carrier.HTTP_LISTEN) {
            ask(Step.LISTEN, text.get(session()), connection.number(now));
            return;
        }
        connection.opened(now);
        if (loop.plan().carrier() == Carrier.HTTP_LEAVE) {
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
