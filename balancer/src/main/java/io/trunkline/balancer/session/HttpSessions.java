package io.trunkline.balancer.session;

import io.trunkline.balancer.http.HttpSettings;
import io.trunkline.balancer.limits.Source;
import io.trunkline.balancer.limits.SourceLimits;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.session.SessionId;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The HTTP sessions of this process, by their ids, and the bounds that they share. Thread-safe. */
public final class HttpSessions {
    private final HttpSettings settings;
    private final SourceLimits sources;
    /** The limit, and those that take the places of sessions which are about to end. */
    private final int ceiling;

    private final Map<String, HttpSession> byId = new ConcurrentHashMap<>();
    private final Map<String, SseSession> sseById = new ConcurrentHashMap<>();
    private final Map<InetAddress, Integer> bySource = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final ReplayMemory replay;

    public HttpSessions(HttpSettings settings, SourceLimits sources) {
        this.settings = settings;
        this.sources = sources;
        this.replay = new ReplayMemory(settings.replay());
        int limit = settings.sessions().limit();
        this.ceiling = limit + limit / 64 + 1;
    }

    /** The session of this id, or null when this process has none. Leaves no trace of ids that are not known. */
    @Nullable
    public HttpSession find(String id) {
        return id.length() > SessionId.LENGTH + SessionId.SUFFIX ? null : byId.get(id);
    }

    /** The session of HTTP with SSE of this id, or null when this process has none. */
    @Nullable
    public SseSession findSse(String id) {
        return id.length() > SessionId.LENGTH + SessionId.SUFFIX ? null : sseById.get(id);
    }

    /**
     * Takes a place for one more session of this source.
     *
     * @param newcomer for whom an idle session of another source is ended when there is no room
     * @return why there is none, {@link Reason#BALANCER_FULL} or {@link Reason#RATE_LIMITED} when it is the source that
     *     has too many; null when there is one, which {@link #leave} gives back
     */
    @Nullable
    Reason enter(InetAddress source, Source newcomer) {
        int now = count.incrementAndGet();
        if (now > settings.sessions().limit() && (now > ceiling || !sources.shed(newcomer))) {
            count.decrementAndGet();
            return Reason.BALANCER_FULL;
        }
        int most = settings.sessions().perSource();
        if (bySource.merge(source, 1, Integer::sum) > most && most > 0) {
            leave(source);
            return Reason.RATE_LIMITED;
        }
        return null;
    }

    /** Takes a place for a session that was another balancer's; false when there is none. */
    public boolean enterTakenOver() {
        if (count.incrementAndGet() > settings.sessions().limit()) {
            count.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Gives a place back; {@code source} is null when the session was another balancer's. */
    void leave(@Nullable InetAddress source) {
        count.decrementAndGet();
        if (source == null) {
            return;
        }
        bySource.computeIfPresent(source, (same, sessions) -> sessions == 1 ? null : sessions - 1);
    }

    /** Whether a session of this id is here. */
    public boolean has(String id) {
        return find(id) != null || findSse(id) != null;
    }

    void register(String id, HttpSession session) {
        byId.put(id, session);
    }

    /** The session that is known by this id: the given one, or the one that was there before. */
    HttpSession registerFirst(String id, HttpSession session) {
        HttpSession before = byId.putIfAbsent(id, session);
        return before == null ? session : before;
    }

    public void forget(String id, HttpSession session) {
        byId.remove(id, session);
    }

    void register(String id, SseSession session) {
        sseById.put(id, session);
    }

    void forgetSse(String id) {
        sseById.remove(id);
    }

    /** Sessions that are there or are being opened. */
    public int size() {
        return count.get();
    }

    HttpSettings settings() {
        return settings;
    }

    /** What they keep of their events. */
    ReplayMemory replay() {
        return replay;
    }

    /** Bytes of all events that are kept. */
    public long replayBytes() {
        return replay.bytes();
    }
}
