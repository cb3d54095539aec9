package io.trunkline.balancer.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import io.trunkline.protocol.jsonrpc.JsonLimits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a session's messages go: each on exactly one of the client's requests. An answer goes where it was asked for, what
 * belongs to a request goes with its answer, everything else on the listening stream. Events are kept for a client that
 * comes back. Belongs to the session's event loop.
 */
final class SessionStreams {
    private static final int LISTENING = 0;
    private static final JsonFactory JSON = EnvelopeReader.factory(JsonLimits.DEFAULT);

    /** Where the messages that belong to one of the client's messages go, or those that belong to none. */
    private static final class Stream {
        final int number;
        final boolean initializes;
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
        }
    }

    private final Supplier<String> id;
    private final EventRing ring;
    private final Map<Integer, Stream> posts = new HashMap<>(4);
    private final Stream listening = new Stream(LISTENING, null, false);
    /** The newest event of the listening stream that a connection has carried. */
    private long heard;
    /** Events up to this one were another balancer's. */
    private long inherited;

    private int unwritten;

    /**
     * No streams yet.
     *
     * @param id tells the session's id; once it is asked, the client will know it
     */
    SessionStreams(HttpSessions sessions, Supplier<String> id) {
        this.id = id;
        this.ring = new EventRing(sessions);
    }

    /** The session was taken over: these of its messages will be answered, and nobody is connected who waits for that. */
    void inherit(int epoch, List<Integer> running) {
        // Greater than every number that was given out before.
        inherited = (long) epoch << Integer.SIZE;
        heard = inherited;
        ring.startAfter(inherited);
        for (int number : running) {
            Stream stream = new Stream(number, null, false);
            stream.begun = true;
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
        if (last != null && (from == null || from.sequence() > ring.newest())) {
            refuse(exchange, HttpRefusal.of(400, "Last-Event-ID names no event of this session"));
        } else if (from == null && listening.exchange != null) {
            refuse(exchange, HttpRefusal.of(409, "there is a listening stream already"));
        } else {
            resume(exchange, from == null ? new EventText.Id(LISTENING, heard) : from);
        }
    }

    private void resume(Exchange exchange, EventText.Id from) {
        List<byte[]> missed = ring.after(from.stream(), from.sequence());
        Stream stream = from.stream() == LISTENING ? listening : posts.get(from.stream());
        boolean lost = stream == null && from.sequence() < inherited && missed != null && missed.isEmpty();
        if (missed == null || lost) {
            refuse(exchange, HttpRefusal.of(410, "what came after Last-Event-ID is kept no more"));
            return;
        }
        Exchange before = stream == null ? null : stream.exchange;
        if (before != null) {
            before.end();
        }
        exchange.begin(headers());
        if (stream == listening) {
            heard = ring.newest();
            prime(exchange, new EventText.Id(LISTENING, heard));
        }
        for (byte[] event : missed) {
            send(exchange, event);
        }
        if (stream == null) {
            exchange.end();
        } else {
            stream.exchange = exchange;
            stream.begun = true;
        }
    }

    /** The client of this request is gone. What was asked goes on: a disconnect is not a cancel. */
    void gone(Exchange exchange) {
        if (listening.exchange == exchange) {
            listening.exchange = null;
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
        if (stream.begun) {
            tell(stream, message);
            if (exchange != null) {
                exchange.end();
            }
            return;
        }
        boolean opens = stream.initializes && status == 200 && isResult(message);
        String opened = opens ? id.get() : null;
        if (exchange == null) {
            return;
        }
        unwritten += message.readableBytes();
        if (status == 200 && opened == null) {
            exchange.answer(message);
        } else {
            HttpHeaders headers = Exchange.jsonHeaders();
            if (opened != null) {
                headers.set(RequestHead.SESSION, opened);
            }
            exchange.answer(status, headers, message);
        }
    }

    /** A message that belongs to the one of this number, or with 0 to none. */
    void tell(int number, ByteBuf message) {
        tell(posts.getOrDefault(number, listening), message);
    }

    private void tell(Stream stream, ByteBuf message) {
        Exchange exchange = stream.exchange;
        if (stream != listening && !stream.begun) {
            if (exchange == null) {
                // The client has had no event of this stream, so it has no way to ask for this one.
                return;
            }
            begin(stream, exchange);
        }
        EventText.Id eventId = new EventText.Id(stream.number, ring.next());
        byte[] event = EventText.message(eventId, message);
        ring.keep(stream.number, eventId.sequence(), event);
        if (exchange != null) {
            if (stream == listening) {
                heard = eventId.sequence();
            }
            send(exchange, event);
        }
    }

    /** Ends the stream of this message for now, if the client knows how to come back for the rest after that time. */
    void part(int number, int retryMillis) {
        Stream stream = posts.get(number);
        Exchange exchange = stream == null ? null : stream.exchange;
        if (stream == null
                || exchange == null
                || stream.initializes
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
        Exchange exchange = stream == null ? null : stream.exchange;
        if (stream == null || exchange == null) {
            return;
        }
        if (!stream.begun) {
            // A request that was cancelled: it is told by an event stream without events.
            exchange.begin(headers());
        }
        exchange.end();
    }

    /** What takes longer than this becomes an event stream, which can be given signs of life. */
    void beginOlderThan(long nanos, long now) {
        for (Stream stream : posts.values()) {
            Exchange exchange = stream.exchange;
            if (!stream.begun && exchange != null && !stream.initializes && now - stream.sinceNanos > nanos) {
                begin(stream, exchange);
            }
        }
    }

    private void begin(Stream stream, Exchange exchange) {
        stream.begun = true;
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
        unwritten += event.length;
        exchange.event(event);
    }

    /** Answers a request with a refusal. */
    void refuse(Exchange exchange, HttpRefusal refusal) {
        byte[] body = refusal.body();
        unwritten += body.length;
        exchange.answer(refusal.status(), body);
    }

    /** Whether the answer to {@code initialize} is a result. */
    private static boolean isResult(ByteBuf message) {
        try (JsonParser parser = JSON.createParser(new ByteBufInputStream(message.duplicate()).readAllBytes())) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                if ("result".equals(parser.currentName())) {
                    return true;
                }
                parser.nextToken();
                parser.skipChildren();
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    /** So many bytes have left, or will never. */
    void written(int bytes) {
        unwritten -= bytes;
    }

    /** Bytes that have not left yet. */
    int unwritten() {
        return unwritten;
    }

    /** Whether some connection waits or listens. */
    boolean connected() {
        boolean some = listening.exchange != null;
        for (Stream stream : posts.values()) {
            some |= stream.exchange != null;
        }
        return some;
    }

    /** Ends all streams, and answers what is no stream yet with this refusal. */
    void end(HttpRefusal refusal) {
        ring.clear();
        List<Stream> open = new ArrayList<>(posts.values());
        open.add(listening);
        posts.clear();
        for (Stream stream : open) {
            Exchange exchange = stream.exchange;
            if (exchange != null && (stream.begun || stream == listening)) {
                exchange.end();
            } else if (exchange != null) {
                refuse(exchange, refusal);
            }
        }
    }
}
