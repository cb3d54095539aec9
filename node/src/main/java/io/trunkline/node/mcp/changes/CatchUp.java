package io.trunkline.node.mcp.changes;

import io.trunkline.node.mcp.kit.Later;
import io.trunkline.node.mcp.kit.Speaker;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells a client what it may have missed while no node had its session, a while after it was bound to one again: a
 * session that is bound several times in a row catches up once. What the client is told meanwhile it is not told again,
 * because what it reads after that is newer than anything that it has missed. Confined to the session's thread.
 */
final class CatchUp {

    private final Speaker speaker;
    private final Later later;
    private final Duration delay;

    /** Who is behind, and what each was told since. */
    private Map<LateListener, Set<String>> behind = new LinkedHashMap<>(2);

    private @Nullable Runnable takeBack;

    /**
     * @param delay from the last time that the session was bound to a node
     */
    CatchUp(Speaker speaker, Later later, Duration delay) {
        this.speaker = speaker;
        this.later = later;
        this.delay = delay;
    }

    /** From here on the listener may have missed everything up to now; puts off what is due. */
    void begin(LateListener listener) {
        behind.put(listener, new HashSet<>(2));
        close();
        takeBack = later.run(() -> speaker.post(this::tell), delay);
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
