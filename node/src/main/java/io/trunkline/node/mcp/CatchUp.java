package io.trunkline.node.mcp;

import io.trunkline.node.mcp.changes.LateListener;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells a client what it may have missed while no node had its session, a while after it was bound to one again: a session
 * that is bound several times in a row catches up once. Whatever the client is told meanwhile it need not be told again,
 * because what it reads after that is newer than anything that it has missed. Confined to the conversation's thread.
 */
final class CatchUp {

    private final Conversation conversation;
    /** Who is behind, and what each was told since. */
    private Map<LateListener, Set<String>> behind = new LinkedHashMap<>(2);

    private @Nullable Runnable takeBack;

    CatchUp(Conversation conversation) {
        this.conversation = conversation;
    }

    /** From here on the listener may have missed everything up to now; puts off what is due. */
    void begin(LateListener listener) {
        behind.put(listener, new HashSet<>(2));
        close();
        McpServer server = conversation.server();
        takeBack = server.later()
                .run(
                        () -> conversation.post(this::tell),
                        server.settings().changes().catchUpDelay());
    }

    /** The listener has been told of a change. */
    void told(LateListener listener, String what) {
        Set<String> told = behind.get(listener);
        if (told != null) {
            told.add(what);
        }
    }

    private void tell() {
        Map<LateListener, Set<String>> all = behind;
        behind = new LinkedHashMap<>(2);
        all.forEach(LateListener::tellMissed);
    }

    /** Nothing is told any more. */
    void close() {
        if (takeBack != null) {
            takeBack.run();
        }
    }
}
