package io.trunkline.node.mcp.changes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import io.trunkline.node.mcp.call.Request;
import io.trunkline.node.mcp.wire.RequestKey;
import io.trunkline.node.mcp.wire.ServerMessages;
import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.Methods;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One {@code subscriptions/listen}: a request that stays open and is told of changes (MCP 2026-07-28,
 * basic/patterns/subscriptions). What changes several times before it can be told is told once.
 */
public final class Listen implements LateListener {

    private static final int MAX_NOTIFICATION = 64 << 10;

    /** Bytes of a task's id among others. */
    private static final int TASK_IDS = WatchedTask.MAX_ID + 3;

    private static final String SUBSCRIPTION_ID = "io.modelcontextprotocol/subscriptionId";

    private final Listens listens;
    private final Request request;
    private final String id;
    private final String key;
    private final Set<String> lists;
    private final Set<String> uris;
    private final Map<String, WatchedTask> tasks;
    private final int taskBytes;
    private final Announcements announcements = new Announcements();
    private boolean ended;

    /**
     * @param lists the methods of the notifications about lists that are wanted
     * @param uris the resources that are watched
     * @param tasks the tasks that are watched, by their ids
     * @param taskBytes of what is told of one task at most
     */
    public Listen(
            Listens listens,
            Request request,
            Set<String> lists,
            Set<String> uris,
            Map<String, WatchedTask> tasks,
            int taskBytes) {
        this.listens = listens;
        this.request = request;
        this.id = new String(request.envelope().id(), UTF_8);
        this.key = RequestKey.of(request.envelope(), listens.shared().json().factory());
        this.lists = lists;
        this.uris = uris;
        this.tasks = tasks;
        this.taskBytes = taskBytes;
        request.keepIdOnly();
    }

    /** What the session finds it by. */
    String key() {
        return key;
    }

    Set<String> lists() {
        return lists;
    }

    Set<String> uris() {
        return uris;
    }

    Collection<WatchedTask> tasks() {
        return tasks.values();
    }

    /** Tells the client what it will be told, and how its tasks are. */
    public void acknowledge() {
        tell(Methods.SUBSCRIPTIONS_ACKNOWLEDGED, json -> {
            json.writeObjectFieldStart("notifications");
            writeIf(json, "toolsListChanged", lists.contains(Methods.TOOLS_LIST_CHANGED));
            writeIf(json, "promptsListChanged", lists.contains(Methods.PROMPTS_LIST_CHANGED));
            writeIf(json, "resourcesListChanged", lists.contains(Methods.RESOURCES_LIST_CHANGED));
            if (!uris.isEmpty()) {
                json.writeArrayFieldStart("resourceSubscriptions");
                for (String uri : uris) {
                    json.writeString(Messages.wellFormed(uri));
                }
                json.writeEndArray();
            }
            if (!tasks.isEmpty()) {
                json.writeArrayFieldStart("taskIds");
                for (String task : tasks.keySet()) {
                    json.writeString(task);
                }
                json.writeEndArray();
            }
            json.writeEndObject();
        });
        tasks.keySet().forEach(this::changed);
    }

    private static void writeIf(JsonGenerator json, String name, boolean honored) throws IOException {
        if (honored) {
            json.writeBooleanField(name, true);
        }
    }

    @Override
    public void tellMissed(Set<String> told) {
        Stream.of(lists, uris, tasks.keySet())
                .flatMap(Set::stream)
                .filter(what -> !told.contains(what))
                .forEach(this::changed);
    }

    @Override
    public void announce(String what, byte[] message) {
        boolean wanted = lists.contains(what) || uris.contains(what) || tasks.containsKey(what);
        if (wanted && announcements.add(what, message)) {
            listens.speaker().post(() -> announcements.take().keySet().forEach(this::changed));
        }
    }

    private void changed(String what) {
        WatchedTask task = tasks.get(what);
        if (lists.contains(what)) {
            tell(what, json -> {});
        } else if (task != null && task.isKnown()) {
            tell(Methods.TASKS, taskBytes, task::writeState);
        } else if (task == null) {
            tell(Methods.RESOURCES_UPDATED, json -> json.writeStringField("uri", Messages.wellFormed(what)));
        }
        listens.told(this, what);
    }

    private void tell(String method, ServerMessages.Params params) {
        tell(method, MAX_NOTIFICATION + TASK_IDS * tasks.size(), params);
    }

    private void tell(String method, int most, ServerMessages.Params params) {
        if (ended) {
            return;
        }
        try {
            byte[] message =
                    ServerMessages.notification(listens.shared().json().mapper(), method, most + id.length(), json -> {
                        json.writeObjectFieldStart("_meta");
                        json.writeFieldName(SUBSCRIPTION_ID);
                        json.writeRawValue(id);
                        json.writeEndObject();
                        params.write(json);
                    });
            listens.speaker().tell(message, request.number());
        } catch (IOException e) {
            listens.shared().failures().failed(e);
        }
    }

    /** The client has cancelled it. */
    void cancel() {
        ended = true;
        request.none();
    }
}
