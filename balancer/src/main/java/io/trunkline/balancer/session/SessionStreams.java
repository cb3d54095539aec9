package io.trunkline.balancer.session;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.trunkline.balancer.client.Account;
import io.trunkline.balancer.client.OutputWindow;
import io.trunkline.balancer.http.Accept;
import io.trunkline.balancer.http.AnswerStatus;
import io.trunkline.balancer.http.ContentType;
import io.trunkline.balancer.http.EventText;
import io.trunkline.balancer.http.Exchange;
import io.trunkline.balancer.http.HttpRefusal;
import io.trunkline.balancer.http.RequestHead;
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
    /** Where the messages that belong to one of the client's messages go. */
    private static final class Stream {
        final int number;
        final boolean initializes;
        /** What the client can read. */
        final Accept.Form form;
        /** Null while no connection carries it. */
        @Nullable
        Exchange exchange;
        /** Whether it is an event stream by now. */
        boolean begun;

        final long sinceNanos = System.nanoTime();

        Stream(int number, @Nullable Exchange exchange, boolean initializes) {
            this.number = number;
            this.exchange = exchange;
            this.initializes = initializes;
            this.form = exchange == null ? Accept.Form.BOTH : exchange.head().form();
        }
    }

    private final Supplier<String> id;
    private final OutputWindow window;
    private final EventRing ring;
    private final Map<Integer, Stream> posts = new HashMap<>(4);
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
        this.window = window;
        this.ring = new EventRing(replay, account, memory);
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
            Stream stream = new Stream(number, null, false);
            stream.begun = true;
            memory.begun(number);
            posts.put(number, stream);
        }
    }

    /** The message of this number was asked in this request. */
    void asked(int number, Exchange exchange, boolean initializes) {
        posts.put(number, new Stream(number, exchange, initializes));
    }

    /** The client wants to hear what belongs to no request, or again what it has missed of a stream. */
    void listen(Exchange exchange) {
        String last = exchange.head().lastEvent();
        EventText.Id from = last == null ? null : EventText.Id.of(last);
        if (last == null) {
            listenAnew(exchange);
        } else if (from == null) {
            refuse(exchange, HttpRefusal.of(400, "Last-Event-ID is not the id of an event"));
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
        Stream post = posts.get(from.stream());
        boolean open = post != null && post.begun;
        boolean elsewhere = from.sequence() > ring.newest() || (from.sequence() < ring.first() && inherited == 0);
        boolean never = elsewhere || (post != null && !open);
        if (never || !memory.knows(from.stream())) {
            boolean forgotten = !never && (from.sequence() < inherited || memory.mayHaveForgotten(from.stream()));
            refuse(exchange, forgotten ? gone() : HttpRefusal.of(404, "Last-Event-ID names no event of this session"));
        } else if (memory.hasLost(from.stream(), from.sequence())) {
            refuse(exchange, gone());
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
    private void replay(Exchange exchange, EventText.Id from, @Nullable Stream stream) {
        Exchange before = stream == null ? null : stream.exchange;
        if (before != null) {
            before.end();
        }
        exchange.begin(headers());
        for (byte[] event : ring.after(from.stream(), from.sequence())) {
            send(exchange, event);
        }
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
            refuse(exchange, HttpRefusal.of(409, "there are too many listening streams"));
            return;
        }
        if (listeners.isEmpty()) {
            ring.move(listeners.current(), heard, number);
        }
        listeners.connect(number, exchange);
        memory.begun(number);
        heard = ring.newest();
        exchange.begin(headers());
        prime(exchange, from);
        for (byte[] event : ring.after(number, from.sequence())) {
            send(exchange, event);
        }
    }

    /** The client of this request is gone. What was asked goes on: a disconnect is not a cancel. */
    void gone(Exchange exchange) {
        Integer listened = listeners.gone(exchange);
        if (listened != null) {
            memory.ended(listened);
        }
        for (Stream stream : posts.values()) {
            if (stream.exchange == exchange) {
                stream.exchange = null;
            }
        }
    }

    /** A message that answers the one of this number, with the status that it has when it is the whole response. */
    void answer(int number, int status, ByteBuf message) {
        Stream stream = posts.remove(number);
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
        boolean opens = stream.initializes && result;
        String opened = opens ? id.get() : null;
        if (exchange == null) {
            return;
        }
        window.said(message.readableBytes());
        if (status == 200 && opened == null) {
            exchange.answer(message);
        } else {
            HttpHeaders headers = ContentType.jsonHeaders();
            if (opened != null) {
                headers.set(RequestHead.SESSION, opened);
            }
            exchange.answer(status, headers, message);
        }
    }

    /** A message that belongs to the one of this number, or with 0 to none. */
    void tell(int number, ByteBuf message) {
        Stream stream = posts.get(number);
        if (stream == null || (!stream.begun && stream.form == Accept.Form.JSON)) {
            tellListeners(message);
        } else {
            tell(stream, message);
        }
    }

    private void tell(Stream stream, ByteBuf message) {
        Exchange exchange = stream.exchange;
        if (!stream.begun) {
            if (exchange == null) {
                // The client has had no event of this stream, so it has no way to ask for this one.
                return;
            }
            begin(stream, exchange);
        }
        byte[] event = keep(stream.number, message);
        if (exchange != null) {
            send(exchange, event);
        }
    }

    private void tellListeners(ByteBuf message) {
        Exchange exchange = listeners.newest();
        byte[] event = keep(listeners.current(), message);
        if (exchange != null) {
            heard = ring.newest();
            send(exchange, event);
        }
    }

    private byte[] keep(int stream, ByteBuf message) {
        EventText.Id eventId = new EventText.Id(stream, ring.next());
        byte[] event = EventText.message(eventId, message);
        ring.keep(stream, eventId.sequence(), event);
        return event;
    }

    /** Ends the stream of this message for now, if the client knows how to come back for the rest after that time. */
    void part(int number, int retryMillis) {
        Stream stream = posts.get(number);
        Exchange exchange = stream == null ? null : stream.exchange;
        if (stream == null
                || exchange == null
                || stream.initializes
                || stream.form == Accept.Form.JSON
                || !exchange.head().knowsPriming()) {
            return;
        }
        if (!stream.begun) {
            begin(stream, exchange);
        }
        send(exchange, EventText.retry(retryMillis));
        exchange.end();
        stream.exchange = null;
    }

    /** The message of this number gets no answer. */
    void unanswered(int number) {
        Stream stream = posts.remove(number);
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
            exchange.begin(headers());
            exchange.end();
        }
    }

    /** What takes longer than this becomes an event stream, which can be given signs of life. */
    void beginOlderThan(long nanos, long now) {
        for (Stream stream : posts.values()) {
            Exchange exchange = stream.exchange;
            boolean may = !stream.begun && !stream.initializes && stream.form != Accept.Form.JSON;
            if (may && exchange != null && now - stream.sinceNanos > nanos) {
                begin(stream, exchange);
            }
        }
    }

    private void begin(Stream stream, Exchange exchange) {
        stream.begun = true;
        memory.begun(stream.number);
        exchange.begin(headers());
        prime(exchange, new EventText.Id(stream.number, ring.newest()));
    }

    private void prime(Exchange exchange, EventText.Id at) {
        if (exchange.head().knowsPriming()) {
            send(exchange, EventText.priming(at));
        }
    }

    private HttpHeaders headers() {
        return new DefaultHttpHeaders().set(RequestHead.SESSION, id.get());
    }

    private void send(Exchange exchange, byte[] event) {
        window.said(event.length);
        exchange.event(event);
    }

    /** Answers a request with a refusal. */
    void refuse(Exchange exchange, HttpRefusal refusal) {
        byte[] body = refusal.body();
        window.said(body.length);
        exchange.answer(refusal.status(), body);
    }

    /** Keeps no event any more that has been said; false when none was kept. */
    boolean dropEvents() {
        return ring.dropAll();
    }

    /** Whether some connection waits or listens. */
    boolean connected() {
        boolean some = !listeners.isEmpty();
        for (Stream stream : posts.values()) {
            some |= stream.exchange != null;
        }
        return some;
    }

    /** Ends all streams, and answers what is no stream yet with this refusal. */
    void end(HttpRefusal refusal) {
        ring.clear();
        List<Stream> open = new ArrayList<>(posts.values());
        posts.clear();
        listeners.end();
        for (Stream stream : open) {
            Exchange exchange = stream.exchange;
            if (exchange != null && stream.begun) {
                exchange.end();
            } else if (exchange != null) {
                refuse(exchange, refusal);
            }
        }
    }
}
