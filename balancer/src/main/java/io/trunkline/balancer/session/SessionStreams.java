package io.trunkline.balancer.session;

import io.netty.buffer.ByteBuf;
import io.trunkline.balancer.client.Account;
import io.trunkline.balancer.client.OutputWindow;
import io.trunkline.balancer.http.Accept;
import io.trunkline.balancer.http.AnswerStatus;
import io.trunkline.balancer.http.EventText;
import io.trunkline.balancer.http.Exchange;
import io.trunkline.balancer.http.HttpRefusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a session's messages go: each on exactly one of the client's requests. An answer goes where it was asked for,
 * what belongs to a request goes with its answer, everything else to whoever {@linkplain Listeners listens}. Events are
 * kept for a client that comes back. Belongs to the session's event loop.
 */
final class SessionStreams {
    private final Supplier<String> id;
    private final EventRing ring;
    private final EventWriter writer;
    private final Map<Integer, PostStream> posts = new HashMap<>(4);
    private final StreamMemory memory = new StreamMemory();
    private final Listeners listeners = new Listeners();
    /** The newest event for listeners that a connection has carried. */
    private long heard;
    /** Events up to this one were another balancer's. */
    private long inherited;

    /**
     * No streams yet.
     *
     * @param window is told what is said
     * @param id tells the session's id; once it is asked, the client will know it
     */
    SessionStreams(ReplayMemory replay, Account account, OutputWindow window, Supplier<String> id) {
        this.id = id;
        this.ring = new EventRing(replay, account, memory);
        this.writer = new EventWriter(ring, window, id);
        this.heard = ring.newest();
    }

    /**
     * The session was taken over: these of its messages will be answered, and nobody is connected who waits for that.
     */
    void inherit(int epoch, List<Integer> running) {
        // Greater than every number that was given out before.
        inherited = (long) epoch << Integer.SIZE;
        heard = inherited;
        ring.startAfter(inherited);
        for (int number : running) {
            PostStream stream = new PostStream(number, null, false);
            stream.begun = true;
            memory.begun(number);
            posts.put(number, stream);
        }
    }

    /** The message of this number was asked in this request. */
    void asked(int number, Exchange exchange, boolean initializes) {
        posts.put(number, new PostStream(number, exchange, initializes));
    }

    /** The client wants to hear what belongs to no request, or again what it has missed of a stream. */
    void listen(Exchange exchange) {
        String last = exchange.head().lastEvent();
        EventText.Id from = last == null ? null : EventText.Id.of(last);
        if (last == null) {
            listenAnew(exchange);
        } else if (from == null) {
            writer.refuse(exchange, HttpRefusal.of(400, "Last-Event-ID is not the id of an event"));
        } else if (from.stream() <= 0 && from.sequence() < inherited) {
            // What another balancer has sent meanwhile is not known here.
            listenAnew(exchange);
        } else {
            resume(exchange, from);
        }
    }

    private void listenAnew(Exchange exchange) {
        int number = listeners.next();
        carry(exchange, new EventText.Id(number, listeners.isEmpty() ? heard : ring.newest()));
    }

    private void resume(Exchange exchange, EventText.Id from) {
        PostStream post = posts.get(from.stream());
        boolean open = post != null && post.begun;
        boolean elsewhere = from.sequence() > ring.newest() || (from.sequence() < ring.first() && inherited == 0);
        boolean never = elsewhere || (post != null && !open);
        if (never || !memory.knows(from.stream())) {
            boolean forgotten = !never && (from.sequence() < inherited || memory.mayHaveForgotten(from.stream()));
            writer.refuse(
                    exchange, forgotten ? gone() : HttpRefusal.of(404, "Last-Event-ID names no event of this session"));
        } else if (memory.hasLost(from.stream(), from.sequence())) {
            writer.refuse(exchange, gone());
        } else if (from.stream() <= 0) {
            carry(exchange, from);
        } else {
            replay(exchange, from, post);
        }
    }

    private static HttpRefusal gone() {
        return HttpRefusal.of(410, "what came after Last-Event-ID is kept no more");
    }

    /** Sends again what came on the stream of a request, which goes on if it has not ended. */
    private void replay(Exchange exchange, EventText.Id from, @Nullable PostStream stream) {
        Exchange before = stream == null ? null : stream.exchange;
        if (before != null) {
            before.end();
        }
        writer.begin(exchange);
        writer.replay(exchange, from);
        if (stream == null) {
            exchange.end();
        } else {
            stream.exchange = exchange;
        }
    }

    /** From now on this connection carries a listening stream, from that event on. */
    private void carry(Exchange exchange, EventText.Id from) {
        int number = from.stream();
        if (listeners.full(number)) {
            writer.refuse(exchange, HttpRefusal.of(409, "there are too many listening streams"));
            return;
        }
        if (listeners.isEmpty()) {
            ring.move(listeners.current(), heard, number);
        }
        listeners.connect(number, exchange);
        memory.begun(number);
        heard = ring.newest();
        writer.begin(exchange, from);
        writer.replay(exchange, from);
    }

    /** The client of this request is gone. What was asked goes on: a disconnect is not a cancel. */
    void gone(Exchange exchange) {
        Integer listened = listeners.gone(exchange);
        if (listened != null) {
            memory.ended(listened);
        }
        for (PostStream stream : posts.values()) {
            if (stream.exchange == exchange) {
                stream.exchange = null;
            }
        }
    }

    /** A message that answers the one of this number, with the status that it has when it is the whole response. */
    void answer(int number, int status, ByteBuf message) {
        PostStream stream = posts.remove(number);
        if (stream == null) {
            return;
        }
        Exchange exchange = stream.exchange;
        boolean result = status == 200 && (!stream.initializes || AnswerStatus.isResult(message));
        if (!stream.begun && exchange != null && result && stream.form == Accept.Form.EVENTS) {
            begin(stream, exchange);
        }
        if (stream.begun) {
            tell(stream, message);
            memory.ended(number);
            if (exchange != null) {
                exchange.end();
            }
            return;
        }
        String opened = stream.initializes && result ? id.get() : null;
        if (exchange != null) {
            writer.answer(exchange, status, opened, message);
        }
    }

    /** A message that belongs to the one of this number, or with 0 to none. */
    void tell(int number, ByteBuf message) {
        PostStream stream = posts.get(number);
        if (stream == null || (!stream.begun && stream.form == Accept.Form.JSON)) {
            tellListeners(message);
        } else {
            tell(stream, message);
        }
    }

    private void tell(PostStream stream, ByteBuf message) {
        Exchange exchange = stream.exchange;
        if (!stream.begun) {
            if (exchange == null) {
                // The client has had no event of this stream, so it has no way to ask for this one.
                return;
            }
            begin(stream, exchange);
        }
        byte[] event = writer.keep(stream.number, message);
        if (exchange != null) {
            writer.send(exchange, event);
        }
    }

    private void tellListeners(ByteBuf message) {
        Exchange exchange = listeners.newest();
        byte[] event = writer.keep(listeners.current(), message);
        if (exchange != null) {
            heard = ring.newest();
            writer.send(exchange, event);
        }
    }

    /** Ends the stream of this message for now, if the client knows how to come back for the rest after that time. */
    void part(int number, int retryMillis) {
        PostStream stream = posts.get(number);
        Exchange exchange = stream == null ? null : stream.exchange;
        if (stream == null
                || exchange == null
                || !stream.mayBegin()
                || !exchange.head().knowsPriming()) {
            return;
        }
        if (!stream.begun) {
            begin(stream, exchange);
        }
        writer.send(exchange, EventText.retry(retryMillis));
        exchange.end();
        stream.exchange = null;
    }

    /** The message of this number gets no answer. */
    void unanswered(int number) {
        PostStream stream = posts.remove(number);
        memory.ended(number);
        Exchange exchange = stream == null ? null : stream.exchange;
        if (stream == null || exchange == null) {
            return;
        }
        if (stream.begun) {
            exchange.end();
        } else if (stream.form == Accept.Form.JSON) {
            exchange.answer(202);
        } else {
            // A request that was cancelled: it is told by an event stream without events.
            writer.begin(exchange);
            exchange.end();
        }
    }

    /** What takes longer than this becomes an event stream, which can be given signs of life. */
    void beginOlderThan(long nanos, long now) {
        for (PostStream stream : posts.values()) {
            Exchange exchange = stream.exchange;
            boolean may = !stream.begun && stream.mayBegin();
            if (may && exchange != null && now - stream.sinceNanos > nanos) {
                begin(stream, exchange);
            }
        }
    }

    private void begin(PostStream stream, Exchange exchange) {
        stream.begun = true;
        memory.begun(stream.number);
        writer.begin(exchange, new EventText.Id(stream.number, ring.newest()));
    }

    /** Answers a request with a refusal. */
    void refuse(Exchange exchange, HttpRefusal refusal) {
        writer.refuse(exchange, refusal);
    }

    /** Keeps no event any more that has been said; false when none was kept. */
    boolean dropEvents() {
        return ring.dropAll();
    }

    /** Whether some connection waits or listens. */
    boolean connected() {
        boolean some = !listeners.isEmpty();
        for (PostStream stream : posts.values()) {
            some |= stream.exchange != null;
        }
        return some;
    }

    /** Ends all streams, and answers what is no stream yet with this refusal. */
    void end(HttpRefusal refusal) {
        ring.clear();
        List<PostStream> open = new ArrayList<>(posts.values());
        posts.clear();
        listeners.end();
        for (PostStream stream : open) {
            Exchange exchange = stream.exchange;
            if (exchange != null && stream.begun) {
                exchange.end();
            } else if (exchange != null) {
                writer.refuse(exchange, refusal);
            }
        }
    }
}
