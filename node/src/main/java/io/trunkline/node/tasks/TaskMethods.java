package io.trunkline.node.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.call.CallEnvironment;
import io.trunkline.node.mcp.call.CallLife;
import io.trunkline.node.mcp.call.CallPlace;
import io.trunkline.node.mcp.call.KnownAnswers;
import io.trunkline.node.mcp.call.PreparedCall;
import io.trunkline.node.mcp.call.Request;
import io.trunkline.node.mcp.call.TaskStarter;
import io.trunkline.node.mcp.changes.WatchedTask;
import io.trunkline.node.mcp.wire.Answers;
import io.trunkline.node.mcp.wire.BoundedBytes;
import io.trunkline.node.mcp.wire.ClientFeatures;
import io.trunkline.node.mcp.wire.Meta;
import io.trunkline.node.mcp.wire.Params;
import io.trunkline.node.mcp.wire.ResultFields;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.mcp.wire.ServerMessages;
import io.trunkline.node.spi.SessionInfo;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.Methods;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** The methods about tasks: {@code tasks/get}, {@code tasks/update} and {@code tasks/cancel} (SEP-2663). */
public final class TaskMethods implements TaskStarter {

    /** Bytes of the request that is kept to watch a task of another node. */
    private static final int MAX_WATCH = 64 << 10;

    private final CallEnvironment environment;
    private final Tasks tasks;

    public TaskMethods(CallEnvironment environment, Tasks tasks) {
        this.environment = environment;
        this.tasks = tasks;
    }

    /**
     * The parameters of all three.
     *
     * @param id of the task
     */
    public record TaskParams(String id, Meta meta) {}

    public TaskParams prepare(Envelope request) throws RpcFault {
        JsonNode params = Params.of(request, environment.json().mapper());
        return new TaskParams(
                Params.text(params, "taskId"),
                Meta.of(request, environment.json().mapper()));
    }

    /** Any of the three. A task that is not here is asked for at other nodes. */
    public void handle(CallPlace place, Request request, TaskParams params) throws RpcFault {
        ClientFeatures.of(request.version(), params.meta().capabilities()).requireTasks();
        if (request.envelope().method().equals(Methods.TASKS_UPDATE)) {
            responses(params);
        }
        Task task = tasks.held().get(params.id(), request.principal());
        if (task != null) {
            request.answer(perform(request, params, task));
            return;
        }
        TaskHandle handle = tasks.missing(params.id(), request.principal());
        if (handle == null) {
            throw unknown();
        }
        TaskNetwork network = tasks.network();
        if (network == null) {
            request.answer(takeOver(request, params, handle, place.speaker().session()));
            return;
        }
        TaskRequest passed = new TaskRequest(params.id(), request.principal(), alone(request.envelope()));
        TaskAsk ask = new TaskAsk(environment, request, network, passed);
        new CallLife<>(place, request, ask, null, passed.message().length).start();
    }

    /** The same request with nothing around it. */
    private static byte[] alone(Envelope request) {
        ByteArrayOutputStream message = new ByteArrayOutputStream(request.end() - request.start() + 64);
        message.writeBytes("{\"jsonrpc\":\"2.0\",\"id\":".getBytes(UTF_8));
        message.writeBytes(request.id());
        message.writeBytes((",\"method\":\"" + request.method() + "\",\"params\":").getBytes(UTF_8));
        message.write(request.message(), request.paramsStart(), request.paramsEnd() - request.paramsStart());
        message.write('}');
        return message.toByteArray();
    }

    private byte[] perform(Request request, TaskParams params, Task task) throws RpcFault {
        switch (request.envelope().method()) {
            case Methods.TASKS_GET -> {
                return answer(request, json -> task.write(json, true), ResultFields.COMPLETE);
            }
            case Methods.TASKS_UPDATE -> task.answered(responses(params));
            default -> task.cancel();
        }
        return answer(request, json -> {}, ResultFields.COMPLETE);
    }

    private static JsonNode responses(TaskParams params) throws RpcFault {
        Answers answers = params.meta().answers();
        if (answers == null) {
            throw RpcFault.invalidParams("\"" + Meta.RESPONSES + "\" is missing (expected: an object)");
        }
        return answers.responses();
    }

    private byte[] takeOver(Request request, TaskParams params, TaskHandle handle, SessionInfo where) throws RpcFault {
        boolean cancel = request.envelope().method().equals(Methods.TASKS_CANCEL);
        Task task = cancel
                ? tasks.cancelled(handle, request.principal())
                : tasks.takeOver(handle, request.principal(), where, params.meta());
        return perform(request, params, task);
    }

    // ---- requests that other nodes pass on

    /** The answer to a request about a task of this node; null when it is not here. */
    byte @Nullable [] answer(TaskRequest passed) {
        return answer(passed, (request, params) -> {
            Task task = tasks.held().get(passed.id(), passed.principal());
            byte[] answer = task == null ? null : perform(request, params, task);
            // One that was handed over meanwhile may have been emptied while it was written.
            return tasks.held().has(passed.id()) ? answer : null;
        });
    }

    /** The answer to a request about a task that no node holds. */
    byte[] takeOver(TaskRequest passed, SessionInfo where) {
        byte[] answer = answer(passed, (request, params) -> {
            Task task = tasks.held().get(passed.id(), passed.principal());
            TaskHandle handle = task == null ? tasks.missing(passed.id(), passed.principal()) : null;
            if (task != null) {
                return perform(request, params, task);
            } else if (handle != null) {
                return takeOver(request, params, handle, where);
            }
            throw unknown();
        });
        if (answer == null) {
            throw new IllegalStateException("a request that was taken over has no answer");
        }
        return answer;
    }

    @FunctionalInterface
    private interface Passed {
        byte @Nullable [] answer(Request request, TaskParams params) throws RpcFault;
    }

    private byte @Nullable [] answer(TaskRequest passed, Passed how) {
        Request request = Request.passedOn(environment.json().reader().read(passed.message()), passed.principal());
        try {
            return how.answer(request, prepare(request.envelope()));
        } catch (RpcFault fault) {
            return request.error(fault);
        }
    }

    // ---- tasks that are watched

    /** Bytes of what is told of one task at most. */
    public int mostBytes() {
        return tasks.mostBytes();
    }

    /** The task of this id, to be listened to; null when there is none for the one who asks, or no room to. */
    @Nullable
    public WatchedTask watched(SessionInfo where, Request request, Meta meta, String id) {
        Task task = tasks.held().get(id, request.principal());
        TaskHandle handle = task == null ? tasks.missing(id, request.principal()) : null;
        if (handle == null) {
            return task;
        }
        TaskNetwork network = tasks.network();
        if (network != null) {
            byte[] get = get(id, meta);
            return get.length <= MAX_WATCH && network.mayWatch()
                    ? new FarTask(environment, network, new TaskRequest(id, request.principal(), get))
                    : null;
        }
        try {
            return tasks.takeOver(handle, request.principal(), where, meta);
        } catch (RpcFault full) {
            return null;
        }
    }

    /** A {@code tasks/get} by a client that says of itself what it has said with another request. */
    private byte[] get(String id, Meta said) {
        ObjectNode request = environment.json().mapper().createObjectNode();
        request.put("jsonrpc", "2.0").put("id", 0).put("method", Methods.TASKS_GET);
        ObjectNode meta = request.putObject("params").put("taskId", id).putObject("_meta");
        if (said.fields() != null) {
            meta.setAll(said.fields());
        }
        return request.toString().getBytes(UTF_8);
    }

    // ---- answers

    private static RpcFault unknown() {
        return RpcFault.invalidParams("\"taskId\" names no task, or one that is over");
    }

    @Override
    public byte[] begin(SessionInfo where, Request request, PreparedCall call, KnownAnswers known) throws RpcFault {
        Task task = tasks.begin(where, request, call, known);
        return answer(request, json -> task.write(json, false), ResultFields.TASK);
    }

    private byte[] answer(Request request, ServerMessages.Params fields, String type) {
        BoundedBytes bytes = new BoundedBytes(tasks.mostBytes());
        try (JsonGenerator json = environment.json().mapper().createGenerator(bytes)) {
            json.writeStartObject();
            fields.write(json);
            environment.fields().write(json, request.version(), type, null);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a task whose parts are bounded", e);
        }
        return Messages.result(request.envelope(), bytes.array(), 0, bytes.size());
    }
}
