package io.trunkline.node.tasks;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.trunkline.node.mcp.call.CallEnvironment;
import io.trunkline.node.mcp.changes.Listener;
import io.trunkline.node.mcp.changes.WatchedTask;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A task of another node, for one listener. What it was last keeps until it is told, counted among what the node holds
 * for clients. Thread-safe.
 */
final class FarTask implements WatchedTask {

    private static final byte[] NO_MESSAGE = {};

    /** Fields of the answer to {@code tasks/get} that are none of the task. */
    private static final Set<String> OF_THE_ANSWER = Set.of("resultType", "_meta");

    private final CallEnvironment environment;
    private final TaskNetwork network;
    private final TaskRequest get;
    private @Nullable Runnable watch;
    private byte @Nullable [] untold;
    private boolean left;

    /**
     * @param get the {@code tasks/get} whose answers are told
     */
    FarTask(CallEnvironment environment, TaskNetwork network, TaskRequest get) {
        this.environment = environment;
        this.network = network;
        this.get = get;
    }

    @Override
    public synchronized void join(Listener listener) {
        watch = network.watch(get, answer -> told(listener, answer));
    }

    @Override
    public synchronized void leave(Listener listener) {
        left = true;
        keep(null);
        if (watch != null) {
            watch.run();
            watch = null;
        }
    }

    @Override
    public synchronized boolean isKnown() {
        return untold != null;
    }

    /** Returns whether the task may change again. */
    private boolean told(Listener listener, byte[] answer) {
        boolean more = take(listener, answer);
        if (!more) {
            synchronized (this) {
                watch = null;
            }
        }
        return more;
    }

    private boolean take(Listener listener, byte[] answer) {
        Summary summary = summary(answer);
        if (summary.status == null) {
            return summary.code != ErrorCode.INVALID_PARAMS;
        }
        synchronized (this) {
            if (left) {
                return false;
            }
            if (!keep(answer)) {
                return true;
            }
        }
        listener.announce(get.id(), NO_MESSAGE);
        return !TaskStatus.isEnd(summary.status);
    }

    /** Keeps what is to be told in place of what there was; false when there is no room. */
    private synchronized boolean keep(byte @Nullable [] answer) {
        if (untold != null) {
            environment.held().give(untold.length);
            untold = null;
        }
        if (answer != null && !environment.held().take(answer.length)) {
            return false;
        }
        untold = answer;
        return true;
    }

    @Override
    public void writeState(JsonGenerator out) throws IOException {
        byte[] answer;
        synchronized (this) {
            answer = untold;
            keep(null);
        }
        if (answer == null) {
            return;
        }
        try (JsonParser parser = environment.json().factory().createParser(answer)) {
            if (!enter(parser, "result")) {
                return;
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                if (OF_THE_ANSWER.contains(name)) {
                    parser.skipChildren();
                } else {
                    out.writeFieldName(name);
                    out.copyCurrentStructure(parser);
                }
            }
        }
    }

    /** Moves the parser into the member of this name; false when there is none. */
    private static boolean enter(JsonParser parser, String member) throws IOException {
        parser.nextToken();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            if (name.equals(member)) {
                return value == JsonToken.START_OBJECT;
            }
            parser.skipChildren();
        }
        return false;
    }

    /**
     * What an answer says.
     *
     * @param status null when it is an error
     * @param code of the error
     */
    private record Summary(@Nullable String status, int code) {}

    private Summary summary(byte[] answer) {
        String status = text(answer, "result", "status");
        String code = status == null ? text(answer, "error", "code") : null;
        return new Summary(status, code == null ? 0 : Integer.parseInt(code));
    }

    private @Nullable String text(byte[] answer, String member, String field) {
        try (JsonParser parser = environment.json().factory().createParser(answer)) {
            if (enter(parser, member)) {
                for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                    parser.nextToken();
                    if (name.equals(field)) {
                        return parser.getText();
                    }
                    parser.skipChildren();
                }
            }
        } catch (IOException e) {
            environment.failures().failed(e);
        }
        return null;
    }
}
