package io.trunkline.node.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;

/** A client that knows tasks, on a connection of its own to the node of a session. */
final class TaskClient {

    static final String KNOWS_TASKS =
            "{\"elicitation\":{},\"sampling\":{},\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}";

    final FakePeer peer = new FakePeer();
    final Conversation conversation;
    private final String principal;
    private int number;

    TaskClient(TestSession node) {
        this(node, "");
    }

    /**
     * A client.
     *
     * @param principal who it is; empty when nobody asked
     */
    TaskClient(TestSession node, String principal) {
        this.principal = principal;
        peer.transport = "http-stateless";
        conversation = node.server.open(peer, new byte[0]);
    }

    /** Sends a request, with a comma behind each parameter, and returns its number. */
    int send(String method, String params) {
        number++;
        String request = StatelessRequest.of(number, method, params, KNOWS_TASKS, "");
        String sent = principal.isEmpty()
                ? request
                : StatelessRequest.fromEdge(request, "{\"principal\":{\"id\":\"" + principal + "\"}}");
        conversation.receive(sent.getBytes(UTF_8), number);
        return number;
    }

    /** The answer, which must be there at once. */
    JsonNode ask(String method, String params) {
        return peer.answer(send(method, params));
    }

    JsonNode call(String tool, String arguments) {
        return ask("tools/call", "\"name\":\"" + tool + "\",\"arguments\":" + arguments + ",");
    }

    /** Calls a tool and returns the id of the task. */
    String begin(String tool, String arguments) {
        return call(tool, arguments).at("/result/taskId").asText();
    }

    JsonNode get(String task) {
        return ask("tasks/get", "\"taskId\":\"" + task + "\",");
    }

    String status(String task) {
        return get(task).at("/result/status").asText();
    }

    JsonNode cancel(String task) {
        return ask("tasks/cancel", "\"taskId\":\"" + task + "\",");
    }

    JsonNode update(String task, String responses) {
        return ask("tasks/update", "\"taskId\":\"" + task + "\",\"inputResponses\":" + responses + ",");
    }

    int listen(String task) {
        return send("subscriptions/listen", "\"notifications\":{\"taskIds\":[\"" + task + "\"]},");
    }

    /** Listens until the task is told to have this status, and returns it as it was told. */
    JsonNode await(String task, String status) {
        int from = peer.told.size();
        listen(task);
        while (true) {
            for (String told : peer.told.subList(from, peer.told.size())) {
                JsonNode params = FakePeer.json(told).path("params");
                if (params.path("taskId").asText().equals(task)
                        && params.path("status").asText().equals(status)) {
                    return params;
                }
            }
            from = peer.told.size();
            peer.runTask();
        }
    }
}
