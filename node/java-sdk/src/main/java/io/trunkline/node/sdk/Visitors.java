package io.trunkline.node.sdk;

import io.trunkline.node.spi.ToolSession;
import java.lang.ref.WeakReference;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The sessions whose users were last sent to a URL, so that they can be told when what they do there is done. As many
 * as {@value #MAX}, and none that has ended. Thread-safe.
 */
final class Visitors {

    private static final int MAX = 10_000;

    private final Map<String, WeakReference<ToolSession>> sessions = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, WeakReference<ToolSession>> eldest) {
            return size() > MAX;
        }
    };

    /** This session was. */
    synchronized void sent(ToolSession session) {
        String id = session.info().id();
        sessions.remove(id);
        sessions.put(id, new WeakReference<>(session));
    }

    /** Tells a session that is still on this node; nothing happens for others. */
    void completed(String sessionId, String elicitationId) {
        WeakReference<ToolSession> known;
        synchronized (this) {
            known = sessions.get(sessionId);
        }
        ToolSession session = known == null ? null : known.get();
        if (session != null) {
            session.elicitationCompleted(elicitationId);
        }
    }
}
