package io.trunkline.balancer.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.trunkline.balancer.http.Exchange;
import io.trunkline.balancer.http.HttpRefusal;
import io.trunkline.balancer.limits.Pace;
import io.trunkline.balancer.limits.Place;
import io.trunkline.balancer.session.WaitingRequests.Waiting;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.session.Owner;
import io.trunkline.protocol.session.Transport;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A session of Streamable HTTP, at the balancer that holds it: a relay, and the {@linkplain SessionStreams requests}
 * through which the client talks and listens. Connections come and go; the session ends when the client deletes it, or
 * after a time without a message or a stream. It does not end with its balancer: another one takes it over.
 *
 * <p>Belongs to the event loop that opened it; connections of other event loops come in by {@link #onLoop}.
 */
public final class HttpSession extends HeldSession {
    /** Means nothing for a session that was taken over: it has its id already, and its node knows whose it is. */
    private final Owner owner;

    private final SessionStreams streams;
    private String id = "";
    /**
     * Why it may be at another balancer, now that it is not here: it went there, or its node does not know it. Null
     * while it is here, and once it has ended.
     */
    private @Nullable Reason elsewhere;

    private HttpSession(SessionLoop loop, @Nullable InetSocketAddress remote, Owner owner, Place place) {
        super(loop, remote, Transport.HTTP);
        this.owner = owner;
        relay().owner(owner);
        this.streams = new SessionStreams(loop.sessions().replay(), account(), window(), this::known);
        begin(place);
    }

    /**
     * A new session, which has places among {@link HttpSessions} and at its source, and gives them back. On its event
     * loop.
     */
    static HttpSession open(SessionLoop loop, InetSocketAddress remote, Owner owner, Place place) {
        return new HttpSession(loop, remote, owner, place);
    }

    /**
     * A session that no balancer holds, from now on here; it has a place, as a new one. On its event loop. When another
     * event loop takes it over at the same time, that one's.
     *
     * @param checkpoint what it was; empty when it is at its node, and runs
     */
    public static HttpSession takeOver(SessionLoop loop, String id, int epoch, Bytes checkpoint) {
        HttpSession session = new HttpSession(
                loop, null, Owner.NOBODY, loop.clients().sources().enterAdopted());
        HttpSession first = loop.sessions().registerFirst(id, session);
        if (first != session) {
            session.end();
            return first;
        }
        session.id = id;
        if (checkpoint.length() == 0) {
            session.relay().adopt(id);
        } else {
            // Events of the former balancer may have been counted from its own epoch on.
            session.streams.inherit(epoch + 1, List.of());
            session.relay().restore(id, epoch, checkpoint);
        }
        return session;
    }

    // --- what the client asks

    /**
     * The client says something, which has been read and is no nonsense.
     *
     * @param elsewhere see {@link WaitingRequests.Waiting}
     */
    void post(Exchange exchange, Envelope message, @Nullable Consumer<Reason> elsewhere) {
        int length = message.message().length;
        enter(new Waiting(exchange, () -> take(exchange, message), length, elsewhere), true);
    }

    /** The client wants to hear what belongs to no request, or again what it has missed of a stream. */
    void listen(Exchange exchange, @Nullable Consumer<Reason> elsewhere) {
        enter(new Waiting(exchange, () -> streams.listen(exchange), 0, elsewhere), false);
    }

    /** The client ends the session. */
    void delete(Exchange exchange, @Nullable Consumer<Reason> elsewhere) {
        Runnable ending = () -> {
            end();
            exchange.answer(204);
        };
        enter(new Waiting(exchange, ending, 0, elsewhere), false);
    }

    private void enter(Waiting asked, boolean inOrder) {
        occupancy().active();
        if (isOver()) {
            turnAway(asked, HttpRefusal.noSession());
        } else if (!hasPlace(asked.exchange())) {
            streams.refuse(asked.exchange(), HttpRefusal.limited());
            end();
        } else if (relay().adopting() || (inOrder && !waiting().passes())) {
            waiting().add(asked);
        } else {
            asked.task().run();
        }
    }

    /** Whether its source has room for it, which shows when the client of a session that was taken over comes. */
    private boolean hasPlace(Exchange exchange) {
        Pace pace = occupancy().isAdopted() ? exchange.pace() : null;
        if (pace == null) {
            return true;
        }
        Place own =
                loop().clients().sources().claim(pace.address(), exchange.head().owner());
        if (own != null) {
            occupancy().enter(own);
        }
        return own != null;
    }

    private void take(Exchange exchange, Envelope message) {
        if (!account().room(message.message().length)) {
            loop().clients().ended(Reason.OVERLOADED);
            streams.refuse(exchange, HttpRefusal.of(503, Reason.OVERLOADED.text()));
            return;
        }
        boolean asks = exchange.posted(message.message()).asks();
        int number = relay().message(message.message(), System.nanoTime());
        if (number == 0) {
            streams.refuse(exchange, HttpRefusal.noSession());
        } else if (asks) {
            streams.asked(number, exchange, id.isEmpty());
        } else {
            exchange.answer(202);
        }
    }

    /** The client will know the session by its id from now on. */
    private String known() {
        if (id.isEmpty()) {
            id = relay().session();
            loop().sessions().register(id, this);
        }
        return id;
    }

    @Override
    public void gone(Exchange exchange) {
        occupancy().active();
        waiting().gone(exchange);
        streams.gone(exchange);
        if (id.isEmpty()) {
            // Nobody will ever know its id.
            end();
        }
    }

    // --- what the session says

    @Override
    public String mint(int slot) {
        return loop().seal().mint(slot, owner.key());
    }

    @Override
    public void adopted(int epoch, List<Integer> running) {
        streams.inherit(epoch, running);
        waiting().take();
    }

    @Override
    void told(int number, boolean answers, @Nullable ByteBuf message) {
        if (answers && message == null) {
            answer(
                    number,
                    503,
                    Unpooled.wrappedBuffer(Refusal.of(Reason.OVERLOADED).toJsonRpc()));
        } else if (answers && message != null) {
            answer(number, 200, message);
        } else if (message != null) {
            streams.tell(number, message);
        }
    }

    private void answer(int number, int status, ByteBuf message) {
        streams.answer(number, status, message);
        if (id.isEmpty()) {
            // The answer to initialize is an error: the session was not opened, and nobody knows of it.
            end();
        }
    }

    @Override
    public void part(int number, int retryMillis) {
        streams.part(number, retryMillis);
    }

    @Override
    public void unanswered(int number) {
        if (id.isEmpty()) {
            end();
        } else {
            streams.unanswered(number);
        }
    }

    @Override
    public void shed() {
        // What is kept for a client that may come back goes first.
        if (!streams.dropEvents() && !isOver()) {
            relay().refuse(Refusal.of(Reason.OVERLOADED));
        }
    }

    @Override
    public void refuse(Refusal refusal, List<Answer> answers) {
        loop().clients().ended(refusal.reason());
        int status = HttpRefusal.statusOf(refusal.reason());
        for (Answer answer : answers) {
            streams.answer(
                    answer.number(),
                    status,
                    Unpooled.wrappedBuffer(answer.text().array()));
        }
        boolean strayed = refusal.reason() == Reason.STALE_EPOCH || refusal.reason() == Reason.UNKNOWN_SESSION;
        elsewhere = strayed ? refusal.reason() : null;
        leave(
                status == 404
                        ? HttpRefusal.noSession()
                        : HttpRefusal.of(status, refusal.reason().text()));
    }

    // --- its end

    @Override
    String id() {
        return id;
    }

    @Override
    void end(Reason why) {
        if (!isOver()) {
            loop().clients().ended(why);
            end();
        }
    }

    @Override
    void left(HttpRefusal refusal) {
        if (!id.isEmpty()) {
            loop().sessions().forget(id, this);
        }
        streams.end(refusal);
    }

    /** A request that comes too late: the session has ended, or another balancer may hold it. */
    @Override
    void turnAway(Waiting request, HttpRefusal refusal) {
        if (elsewhere == null) {
            streams.refuse(request.exchange(), refusal);
        } else if (request.elsewhere() == null) {
            streams.refuse(request.exchange(), HttpRefusal.noSession());
        } else {
            request.elsewhere().accept(elsewhere);
        }
    }

    // --- time

    @Override
    public void tick(long now) {
        relay().tick(now);
        if (isOver()) {
            return;
        }
        // Whatever still runs: nobody is connected who could hear of it.
        if (!streams.connected()
                && now - occupancy().activeNanos()
                        > loop().sessions().settings().sessions().idle().toNanos()) {
            loop().clients().ended(Reason.IDLE);
            end();
            return;
        }
        streams.beginOlderThan(loop().sessions().settings().timeouts().comment().toNanos(), now);
    }

    /**
     * The process stops: lets go of the session, for another balancer to take it over, unless something waits for an
     * answer; {@code late} does so in any case.
     */
    @Override
    public void drain(long now, boolean late) {
        if (!loop().clients().leaving() || (!late && relay().busy())) {
            return;
        }
        if (!id.isEmpty() && relay().release()) {
            elsewhere = Reason.STALE_EPOCH;
            leave(HttpRefusal.of(503, Reason.SHUTTING_DOWN.text()));
        } else {
            relay().refuse(Refusal.of(Reason.SHUTTING_DOWN));
        }
    }
}
