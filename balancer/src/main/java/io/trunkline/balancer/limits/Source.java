package io.trunkline.balancer.limits;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One address, or one principal, and what it has of this process. A connection looks its source up once and keeps it.
 * Thread-safe, without a lock.
 */
public final class Source {
    private static final AttributeKey<Source> KEY = AttributeKey.valueOf("trunkline.source");

    private final SourceLimits limits;
    private final SourceKey key;
    private final String name;
    private final boolean limited;
    private final boolean limitsPrincipals;
    private final int share;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger sessions = new AtomicInteger();
    /** Of the sessions those without a principal. */
    private final AtomicInteger anonymous = new AtomicInteger();

    private final Set<Place> places = ConcurrentHashMap.newKeySet();
    private final Bucket connects;
    private final Bucket opens;
    private final Bucket handshakes;
    private final Bucket messages;
    private final Bucket failedTokens;
    private final Bucket unknownSessions;
    /** Connections and places that hold it; changed only while the map of sources holds its entry. */
    private int holders;

    Source(
            SourceLimits limits,
            SourceKey key,
            String name,
            LimitSettings.Bounds bounds,
            Exemption exemption,
            long now) {
        this.limits = limits;
        this.key = key;
        this.name = name;
        this.limited = exemption == Exemption.NONE;
        this.limitsPrincipals = exemption != Exemption.WITH_PRINCIPALS;
        this.share = bounds.share();
        this.connects = bucket(bounds.connects(), now);
        this.opens = bucket(bounds.connects(), now);
        this.handshakes = bucket(bounds.handshakes(), now);
        this.messages = bucket(bounds.messages(), now);
        this.failedTokens = bucket(bounds.failedTokens(), now);
        this.unknownSessions = bucket(bounds.unknownSessions(), now);
    }

    /** What is not limited at a source. */
    enum Exemption {
        NONE,
        /** The address itself, as that of a proxy; its principals are limited. */
        ADDRESS,
        /** The address and whoever comes from there. */
        WITH_PRINCIPALS
    }

    private Bucket bucket(int perSecond, long now) {
        return new Bucket(limited ? Rate.of(perSecond, limits.settings().burst()) : Rate.NONE, now);
    }

    /**
     * The source of a channel that was {@linkplain SourceLimits#connect connected}; for others one that limits nothing.
     */
    public static Source of(Channel channel, SourceLimits limits) {
        Source source = channel.attr(KEY).get();
        return source == null ? limits.others() : source;
    }

    void attach(Channel channel) {
        channel.attr(KEY).set(this);
    }

    SourceKey key() {
        return key;
    }

    /** What people call it. */
    public String name() {
        return name;
    }

    boolean limitsPrincipals() {
        return limitsPrincipals;
    }

    // --- connections

    /** Counts one more connection; false, and nothing but a count of refusals changed, when there are too many. */
    boolean connect(long now) {
        if (!connects.take(now)) {
            limits.limited(Limit.CONNECTS, this);
            return false;
        }
        if (connections.incrementAndGet() > most(limits.connectionRoom()) && limited) {
            connections.decrementAndGet();
            limits.limited(Limit.CONNECTIONS, this);
            return false;
        }
        return true;
    }

    void disconnect() {
        connections.decrementAndGet();
    }

    /** Whether one more TLS handshake may begin. */
    public boolean handshake(long now) {
        boolean may = handshakes.take(now);
        if (!may) {
            refused(Limit.HANDSHAKES);
        }
        return may;
    }

    // --- sessions

    /** Whether a new session may come now; false when they come too quickly. */
    boolean opens(long now) {
        boolean may = opens.take(now);
        if (!may) {
            refused(Limit.SESSIONS);
        }
        return may;
    }

    /** Counts one more session; false, and nothing changed, when there are too many. */
    boolean open() {
        if (sessions.incrementAndGet() > most(limits.sessionRoom()) && limited) {
            sessions.decrementAndGet();
            limits.limited(Limit.SESSIONS, this);
            return false;
        }
        return true;
    }

    /** Undoes {@link #open} of a session that has no place. */
    void unopen() {
        sessions.decrementAndGet();
    }

    void enter(Place place) {
        places.add(place);
        if (place.principal() == null) {
            anonymous.incrementAndGet();
        }
    }

    void leave(Place place) {
        places.remove(place);
        sessions.decrementAndGet();
        if (place.principal() == null) {
            anonymous.decrementAndGet();
        }
    }

    private long most(long room) {
        return Math.max(1, room * share / 100);
    }

    // --- what is said

    /** Counts so many messages, and returns the nanoseconds until the next one may be read. */
    long messages(int count, long now) {
        long wait = messages.spend(count, now);
        if (wait > 0) {
            limits.limited(Limit.MESSAGES, this);
        }
        return wait;
    }

    /** A token turned out to be no good. */
    public void failedToken(long now) {
        failedTokens.spend(now);
    }

    /** Whether tokens that are not known to be good are to be refused unseen, because too many were no good. */
    public boolean triesTokens(long now) {
        return failedTokens.empty(now);
    }

    /** An id was none of a session. */
    void unknownSession(long now) {
        unknownSessions.spend(now);
    }

    /** Whether ids of sessions that are not here are to be refused unseen, because too many were none. */
    boolean triesSessions(long now) {
        return unknownSessions.empty(now);
    }

    /** Something of it was refused for this. */
    public void refused(Limit limit) {
        limits.limited(limit, this);
    }

    // --- for the map and for operators

    void hold() {
        holders++;
    }

    void unhold() {
        holders--;
    }

    /** Whether nobody holds it. */
    boolean unheld() {
        return holders == 0;
    }

    /** Whether forgetting it would change nothing. */
    boolean calm(long now) {
        return holders == 0
                && connects.full(now)
                && opens.full(now)
                && handshakes.full(now)
                && messages.full(now)
                && failedTokens.full(now)
                && unknownSessions.full(now);
    }

    /** Gives back what {@link SourceLimits#principal} has given. */
    public void release() {
        limits.release(this);
    }

    boolean isLimited() {
        return limited;
    }

    int connections() {
        return connections.get();
    }

    int sessions() {
        return sessions.get();
    }

    int anonymous() {
        return anonymous.get();
    }

    Set<Place> places() {
        return places;
    }
}
