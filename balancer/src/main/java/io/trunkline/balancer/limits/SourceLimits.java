package io.trunkline.balancer.limits;

import io.netty.channel.Channel;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.session.Owner;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The sources of this process's clients. A connection finds its {@link Source} here once. Sources that have nothing and
 * owe nothing are forgotten; there are never more than {@link LimitSettings#tracked}, and what comes beyond that is
 * counted together and not limited. Thread-safe.
 */
public final class SourceLimits {
    /** The name of all sources that there is no room to remember. */
    static final String OTHERS = "others";

    /** The name of the source of sessions that were another balancer's, until their clients come. */
    static final String ADOPTED = "adopted";

    /** Sources that are looked at when a new one comes, so that old ones go without a thread that looks for them. */
    private static final int SWEPT = 4;

    /** Sources that are looked at for one that may be forgotten, when there is no room for a new one. */
    private static final int SEARCHED = 512;

    private final LimitSettings settings;
    private final LimitEvents events;
    private final LongSupplier clock;
    private final Map<SourceKey, Source> sources = new ConcurrentHashMap<>();
    private final AtomicInteger tracked = new AtomicInteger();
    private final ReentrantLock sweeping = new ReentrantLock();
    private final Source others;
    private final Source adopted;
    private final Shedding shedding;
    private @Nullable Iterator<Map.Entry<SourceKey, Source>> sweep;
    private volatile LongSupplier connectionRoom = () -> Long.MAX_VALUE / 100;
    private volatile LongSupplier sessionRoom = () -> Long.MAX_VALUE / 100;

    /** Sources that nothing is known of yet. */
    public SourceLimits(LimitSettings settings, Metrics metrics) {
        this(settings, metrics, System::nanoTime);
    }

    SourceLimits(LimitSettings settings, Metrics metrics, LongSupplier clock) {
        this.settings = settings;
        this.events = new LimitEvents(metrics, clock);
        this.clock = clock;
        this.others = fixed(OTHERS);
        this.adopted = fixed(ADOPTED);
        this.shedding = new Shedding(this, settings.shedAfter().toNanos(), clock);
        metrics.gauge("trunkline.limits.sources", Map.of(), tracked::get);
    }

    /** Limits that limit nothing. */
    public static SourceLimits none() {
        return new SourceLimits(LimitSettings.NONE, new Metrics());
    }

    /** A source that is not looked up, and not limited. */
    private Source fixed(String name) {
        SourceKey key = new SourceKey(SourceKey.Kind.ADDRESS, name);
        return new Source(this, key, name, LimitSettings.Bounds.NONE, Source.Exemption.ADDRESS, clock.getAsLong());
    }

    /**
     * Says what the shares are shares of; asked when a client connects or opens a session.
     *
     * @param connections that this process has room for
     * @param sessions that this process and the nodes have room for
     */
    public void rooms(LongSupplier connections, LongSupplier sessions) {
        connectionRoom = connections;
        sessionRoom = sessions;
    }

    long connectionRoom() {
        return connectionRoom.getAsLong();
    }

    long sessionRoom() {
        return sessionRoom.getAsLong();
    }

    LimitSettings settings() {
        return settings;
    }

    // --- finding sources

    /** Counts a connection of its source until it is closed; false when that has too many. */
    public boolean connect(Channel channel) {
        if (!(channel.remoteAddress() instanceof InetSocketAddress remote) || remote.getAddress() == null) {
            return true;
        }
        Source source = address(remote.getAddress());
        if (!source.connect(clock.getAsLong())) {
            release(source);
            return false;
        }
        source.attach(channel);
        channel.closeFuture().addListener(closed -> {
            source.disconnect();
            release(source);
        });
        return true;
    }

    Source address(InetAddress address) {
        SourceKey key = SourceKey.of(address);
        Source.Exemption exemption = !settings.exempt().has(address)
                ? Source.Exemption.NONE
                : address.isLoopbackAddress() ? Source.Exemption.WITH_PRINCIPALS : Source.Exemption.ADDRESS;
        return acquire(key, key.text(), settings.address(), exemption);
    }

    /** The source that this owner is, until it is {@linkplain Source#release released}; null when nobody was asked. */
    @Nullable
    Source principal(Source address, Owner owner) {
        if (owner.isNobody()) {
            return null;
        }
        Source.Exemption exemption = address.limitsPrincipals() ? Source.Exemption.NONE : Source.Exemption.ADDRESS;
        String name = owner.name().isEmpty() ? owner.key() : owner.name();
        return acquire(SourceKey.of(owner), name, settings.principal(), exemption);
    }

    private Source acquire(SourceKey key, String name, LimitSettings.Bounds bounds, Source.Exemption exemption) {
        Source found = hold(key, name, bounds, exemption);
        if (found == null) {
            forget(SEARCHED, true);
            found = hold(key, name, bounds, exemption);
        }
        return found == null ? others : found;
    }

    private @Nullable Source hold(SourceKey key, String name, LimitSettings.Bounds bounds, Source.Exemption exemption) {
        Source found = sources.compute(key, (same, known) -> {
            Source source = known;
            if (source == null) {
                if (tracked.incrementAndGet() > settings.tracked()) {
                    tracked.decrementAndGet();
                    return null;
                }
                source = new Source(this, key, name, bounds, exemption, clock.getAsLong());
            }
            source.hold();
            return source;
        });
        if (found != null) {
            forget(SWEPT, false);
        }
        return found;
    }

    void release(Source source) {
        sources.computeIfPresent(source.key(), (key, known) -> {
            if (known == source) {
                source.unhold();
            }
            return known;
        });
    }

    /** Forgets some of the sources that nobody holds; {@code owing} also those that would still be limited. */
    private void forget(int looked, boolean owing) {
        if (!sweeping.tryLock()) {
            return;
        }
        try {
            long now = clock.getAsLong();
            Iterator<Map.Entry<SourceKey, Source>> at = sweep;
            for (int i = 0; i < looked; i++) {
                if (at == null || !at.hasNext()) {
                    at = sources.entrySet().iterator();
                }
                if (!at.hasNext()) {
                    break;
                }
                sources.computeIfPresent(at.next().getKey(), (key, known) -> {
                    boolean gone = known.calm(now) || (owing && known.unheld());
                    if (gone) {
                        tracked.decrementAndGet();
                    }
                    return gone ? null : known;
                });
            }
            sweep = at;
        } finally {
            sweeping.unlock();
        }
    }

    // --- sessions

    /**
     * A place for one more session; null when its address or its principal has too many.
     *
     * @param owner whose session it is
     */
    public @Nullable Place enter(Source address, Owner owner) {
        long now = clock.getAsLong();
        if (!address.opens(now)) {
            return null;
        }
        Source principal = principal(address, owner);
        boolean tooQuick = principal != null && !principal.opens(now);
        if (principal != null) {
            release(principal);
        }
        return tooQuick ? null : claim(address, owner);
    }

    /** The same for a session that was there before, which may come back at once with all others. */
    public @Nullable Place claim(Source address, Owner owner) {
        if (!address.open()) {
            return null;
        }
        Source principal = principal(address, owner);
        if (principal != null && !principal.open()) {
            address.unopen();
            release(principal);
            return null;
        }
        return placed(address, principal);
    }

    /** The place of a session that another balancer held: whose it is shows when its client comes. */
    public Place enterAdopted() {
        adopted.open();
        return placed(adopted, null);
    }

    private Place placed(Source address, @Nullable Source principal) {
        Place place = new Place(this, address, principal);
        address.enter(place);
        if (principal != null) {
            principal.enter(place);
        }
        return place;
    }

    /**
     * There is no room for a new session of this source: ends an idle one of the source that has most, unless that is
     * this one.
     *
     * @return whether one was found
     */
    public boolean shed(Source newcomer) {
        return shedding.shed(newcomer);
    }

    /** Where those sessions are counted that were another balancer's, until their clients come. */
    Source adopted() {
        return adopted;
    }

    /** Where clients are counted whose sources there is no room to remember. */
    Source others() {
        return others;
    }

    // --- for operators

    /** All sources with something, those included that are not remembered one by one. */
    Collection<Source> all() {
        return Stream.concat(sources.values().stream(), Stream.of(others, adopted))
                .toList();
    }

    List<Source> of(SourceKey.Kind kind) {
        return all().stream().filter(source -> source.key().kind() == kind).toList();
    }

    /** Sources that are remembered. */
    int size() {
        return tracked.get();
    }

    void limited(Limit limit, Source source) {
        events.limited(limit, source.name());
    }
}
