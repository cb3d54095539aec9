package io.trunkline.node.mcp;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.Messages;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The methods about tasks: {@code tasks/get}, {@code tasks/update} and {@code tasks/cancel} (SEP-2663). */
final class TaskMethods {

    private final McpServer server;

    TaskMethods(McpServer server) {
        this.server = server;
    }

    /**
     * The parameters of all three.
     *
     * @param id of the task
     */
    record TaskParams(String id, Meta meta) {}

    TaskParams prepare(Envelope request) throws RpcFault {
        JsonNode params = Params.of(request, server.mapper());
        return new TaskParams(Params.text(params, "taskId"), Meta.of(request, server.mapper()));
    }

    /** {@code tasks/get}. */
    void get(Conversation conversation, Request request, TaskParams params) throws RpcFault {
        Task task = find(conversation, request, params);
        request.answer(answer(request, json -> task.write(json, true), ResultFields.COMPLETE));
    }

    /** {@code tasks/update}. Answers to what nobody asks are ignored. */
    void update(Conversation conversation, Request request, TaskParams params) throws RpcFault {
        Task task = find(conversation, request, params);
        Answers answers = params.meta().answers();
        if (answers == null) {
            throw RpcFault.invalidParams("\"" + Meta.RESPONSES + "\" is missing (expected: an object)");
        }
        task.answered(answers.responses());
        acknowledge(request);
    }

    /** {@code tasks/cancel}: of a task that has ended, too. */
    void cancel(Conversation conversation, Request request, TaskParams params) throws RpcFault {
        ClientFeatures.of(request.version(), params.meta().capabilities()).requireTasks();
        if (!server.tasks().cancel(conversation, request, params.id())) {
            throw unknown();
        }
        acknowledge(request);
    }

    private Task find(Conversation conversation, Request request, TaskParams params) throws RpcFault {
        ClientFeatures.of(request.version(), params.meta().capabilities()).requireTasks();
        Task task = server.tasks().find(conversation, request, params.meta(), params.id());
        if (task == null) {
            throw unknown();
        }
        return task;
    }

    private static RpcFault unknown() {
        return RpcFault.invalidParams("\"taskId\" names no task, or one that is over");
    }

    /** The answer of a call that has become a task. */
    byte[] created(Request request, Task task) {
        return answer(request, json -> task.write(json, false), ResultFields.TASK);
    }

    private void acknowledge(Request request) {
        request.answer(answer(request, json -> {}, ResultFields.COMPLETE));
    }

    private byte[] answer(Request request, ServerMessages.Params fields, String type) {
        BoundedBytes bytes = new BoundedBytes(server.tasks().mostBytes());
        try (JsonGenerator json = server.mapper().createGenerator(bytes)) {
            json.writeStartObject();
            fields.write(json);
            server.resultFields().write(json, request.version(), type, null);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a task whose parts are bounded", e);
        }
        return Messages.result(request.envelope(), bytes.array(), 0, bytes.size());
    }
}
