package io.trunkline.balancer.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.trunkline.balancer.relay.ClientSink;
import io.trunkline.balancer.relay.Relay;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import io.trunkline.protocol.jsonrpc.JsonLimits;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A session of Streamable HTTP: a relay, and the requests through which the client talks and listens. Each message of the
 * server goes out on exactly one of them: an answer where it was asked for, what belongs to a request with its answer,
 * everything else on the listening stream. Connections come and go; the session ends when the client deletes it, or after
 * a time without a message or a stream.
 *
 * <p>Belongs to the event loop that opened it; connections of other event loops come in by {@link #onLoop}.
 */
final class HttpSession implements ClientSink, Exchange.Owner, Crowd.Member {
    /** Bytes that may wait for the client before the node is asked for no more. */
    private static final int OUTPUT_LIMIT = 64 * 1024;

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

    private record Post(Exchange exchange, Envelope message) {}

    private final HttpLoop loop;
    private final HttpSessions sessions;
    private final InetSocketAddress remote;
    private final Relay relay;
    private final EventRing ring;
    private final Map<Integer, Stream> posts = new HashMap<>(4);
    private final Stream listening = new Stream(LISTENING, null, false);
    private final Deque<Post> waiting = new ArrayDeque<>(0);
    private @Nullable ByteBuf gathered;
    private String id = "";
    private long activeNanos = System.nanoTime();
    /** The newest event of the listening stream that a connection has carried. */
    private long heard;

    private int unwritten;
    private int held;
    private boolean tooMuch;
    private boolean over;
    private int place = -1;

    /** A session that has a place among {@code sessions}, which it gives back at its end. */
    HttpSession(HttpLoop loop, HttpSessions sessions, InetSocketAddress remote) {
        this.loop = loop;
        this.sessions = sessions;
        this.remote = remote;
        this.relay = loop.relay(remote, this, "http");
        this.ring = new EventRing(sessions);
        loop.add(this);
    }

    @Override
    public int place() {
        return place;
    }

    @Override
    public void place(int index) {
        place = index;
    }

    @Override
    public EventLoop home() {
        return loop.eventLoop();
    }

    /** Runs this on the session's event loop. */
    void onLoop(Runnable task) {
        if (home().inEventLoop()) {
            task.run();
        } else if (!home().isShuttingDown()) {
            home().execute(task);
        }
    }

    // --- what the client asks

    /** The client says something, which has been read and is no nonsense. */
    void post(Exchange exchange, Envelope message) {
        if (over) {
            refuse(exchange, HttpRefusal.noSession());
        } else if (relay.takesMore() && waiting.isEmpty()) {
            take(exchange, message);
        } else {
            // No more than there are connections; each of them waits for its answer.
            waiting.add(new Post(exchange, message));
        }
    }

    private void take(Exchange exchange, Envelope message) {
        activeNanos = System.nanoTime();
        boolean asks = message.kind() == Envelope.Kind.REQUEST || message.kind() == Envelope.Kind.BATCH;
        int number = relay.message(message.message(), activeNanos);
        if (number == 0) {
            refuse(exchange, HttpRefusal.noSession());
        } else if (asks) {
            posts.put(number, new Stream(number, exchange, id.isEmpty()));
        } else {
            exchange.answer(202);
        }
    }

    private void takeWaiting() {
        while (!over && !waiting.isEmpty() && relay.takesMore()) {
            Post next = waiting.remove();
            take(next.exchange, next.message);
        }
    }

    /** The client wants to hear what belongs to no request, or again what it has missed of a stream. */
    void listen(Exchange exchange) {
        activeNanos = System.nanoTime();
        String last = exchange.head().lastEvent();
        EventText.Id from = last == null ? null : EventText.Id.of(last);
        if (over) {
            refuse(exchange, HttpRefusal.noSession());
        } else if (last != null && (from == null || from.sequence() > ring.newest())) {
            refuse(exchange, HttpRefusal.of(400, "Last-Event-ID names no event of this session"));
        } else if (from == null && listening.exchange != null) {
            refuse(exchange, HttpRefusal.of(409, "there is a listening stream already"));
        } else {
            resume(exchange, from == null ? new EventText.Id(LISTENING, heard) : from);
        }
    }

    private void resume(Exchange exchange, EventText.Id from) {
        List<byte[]> missed = ring.after(from.stream(), from.sequence());
        if (missed == null) {
            refuse(exchange, HttpRefusal.of(410, "what came after Last-Event-ID is kept no more"));
            return;
        }
        Stream stream = from.stream() == LISTENING ? listening : posts.get(from.stream());
        Exchange before = stream == null ? null : stream.exchange;
        if (before != null) {
            before.end();
        }
        exchange.begin(sessionHeaders());
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

    /** The client ends the session. */
    void delete(Exchange exchange) {
        if (over) {
            refuse(exchange, HttpRefusal.noSession());
            return;
        }
        end();
        exchange.answer(204);
    }

    @Override
    public void gone(Exchange exchange) {
        activeNanos = System.nanoTime();
        waiting.removeIf(post -> post.exchange == exchange);
        if (listening.exchange == exchange) {
            listening.exchange = null;
        }
        for (Stream stream : posts.values()) {
            if (stream.exchange == exchange) {
                // What was asked goes on: a disconnect is not a cancel.
                stream.exchange = null;
            }
        }
        if (id.isEmpty() && !over) {
            // Nobody will ever know its id.
            end();
        }
    }

    @Override
    public void written(int bytes) {
        boolean full = !writable();
        unwritten -= bytes;
        if (full && writable() && !over) {
            relay.onWritable();
        }
    }

    // --- what the session says

    @Override
    public void gather(int number, boolean answers, ByteBuf payload, boolean last) {
        int length = payload.readableBytes();
        ByteBuf whole = gathered;
        if (whole == null) {
            whole = gathered = Unpooled.buffer(length);
        }
        tooMuch = tooMuch || !hold(whole.readableBytes() + length);
        if (!tooMuch) {
            whole.writeBytes(payload, payload.readerIndex(), length);
        }
        if (last) {
            gathered = null;
            boolean lost = tooMuch;
            tooMuch = false;
            hold(0);
            deliver(number, answers, lost ? null : whole);
        }
    }

    /** Counts what is gathered of a message against the process; false when there is no room for it. */
    private boolean hold(int bytes) {
        int more = Math.max(0, bytes - HttpLoop.UNCOUNTED) - held;
        if (more > 0 && !loop.admission().hold(more)) {
            return false;
        }
        if (more < 0) {
            loop.admission().release(-more);
        }
        held += more;
        return true;
    }

    /** A whole message; null when there was no room for it. */
    private void deliver(int number, boolean answers, @Nullable ByteBuf message) {
        Stream stream = posts.get(number);
        if (stream == null) {
            if (message != null && !answers) {
                tell(listening, message);
            }
            return;
        }
        if (answers) {
            posts.remove(number);
        }
        if (message == null) {
            if (answers) {
                answer(
                        stream,
                        503,
                        Unpooled.wrappedBuffer(Refusal.of(Reason.OVERLOADED).toJsonRpc()));
            }
        } else if (answers) {
            answer(stream, 200, message);
        } else {
            tell(stream, message);
        }
    }

    private void answer(Stream stream, int status, ByteBuf message) {
        Exchange exchange = stream.exchange;
        if (stream.begun) {
            tell(stream, message);
            if (exchange != null) {
                exchange.end();
            }
            return;
        }
        boolean opened = stream.initializes && status == 200 && isResult(message);
        if (opened && id.isEmpty()) {
            id = relay.session();
            sessions.register(id, this);
        }
        if (exchange != null) {
            HttpHeaders headers = Exchange.jsonHeaders();
            if (opened) {
                headers.set(RequestHead.SESSION, id);
            }
            unwritten += message.readableBytes();
            exchange.answer(status, headers, message);
        }
        if (stream.initializes && id.isEmpty()) {
            // It was not opened, and nobody knows of it.
            end();
        }
    }

    /** Sends an event, and keeps it for a client that has missed it. */
    private void tell(Stream stream, ByteBuf message) {
        Exchange exchange = stream.exchange;
        if (stream.number != LISTENING && !stream.begun) {
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

    private void begin(Stream stream, Exchange exchange) {
        stream.begun = true;
        if (stream.initializes && id.isEmpty()) {
            id = relay.session();
            sessions.register(id, this);
        }
        exchange.begin(sessionHeaders());
        prime(exchange, new EventText.Id(stream.number, ring.newest()));
    }

    private void prime(Exchange exchange, EventText.Id at) {
        if (exchange.head().knowsPriming()) {
            send(exchange, EventText.priming(at));
        }
    }

    private HttpHeaders sessionHeaders() {
        return new DefaultHttpHeaders().set(RequestHead.SESSION, id);
    }

    private void send(Exchange exchange, byte[] event) {
        unwritten += event.length;
        exchange.event(event);
    }

    private void refuse(Exchange exchange, HttpRefusal refusal) {
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

    @Override
    public void unanswered(int number) {
        Stream stream = posts.remove(number);
        Exchange exchange = stream == null ? null : stream.exchange;
        if (stream == null || exchange == null) {
            return;
        }
        if (!stream.begun) {
            // A request that was cancelled: it is told by an event stream without events.
            exchange.begin(sessionHeaders());
        }
        exchange.end();
    }

    @Override
    public void flush() {
        // Whole messages have gone already; what is begun waits for its rest.
    }

    @Override
    public void breakOff() {
        gathered = null;
        tooMuch = false;
        hold(0);
    }

    @Override
    public boolean writable() {
        return unwritten < OUTPUT_LIMIT;
    }

    @Override
    public void pause(boolean paused) {
        if (!paused && !waiting.isEmpty()) {
            home().execute(this::takeWaiting);
        }
    }

    @Override
    public void settled() {
        // An HTTP client that has nothing to ask comes back.
    }

    @Override
    public void refuse(Refusal refusal, List<Answer> answers) {
        loop.ended(refusal.reason());
        int status = HttpRefusal.statusOf(refusal.reason());
        for (Answer answer : answers) {
            Stream stream = posts.remove(answer.number());
            if (stream != null) {
                answer(stream, status, Unpooled.wrappedBuffer(answer.text().array()));
            }
        }
        leave();
    }

    // --- its end

    /** Ends the session; what is asked is not answered any more. */
    void end() {
        if (!over) {
            relay.close();
            leave();
        }
    }

    private void leave() {
        if (over) {
            return;
        }
        over = true;
        breakOff();
        ring.clear();
        List<Stream> open = new ArrayList<>(posts.values());
        open.add(listening);
        posts.clear();
        for (Stream stream : open) {
            Exchange exchange = stream.exchange;
            if (exchange != null && (stream.begun || stream == listening)) {
                exchange.end();
            } else if (exchange != null) {
                refuse(exchange, HttpRefusal.noSession());
            }
        }
        waiting.forEach(post -> refuse(post.exchange, HttpRefusal.noSession()));
        waiting.clear();
        if (!id.isEmpty()) {
            sessions.forget(id);
        }
        sessions.leave(remote.getAddress());
        loop.remove(this);
    }

    // --- time

    void tick(long now) {
        relay.tick(now);
        if (over) {
            return;
        }
        // Whatever still runs: nobody is connected who could hear of it.
        if (!connected()
                && now - activeNanos > loop.settings().sessions().idle().toNanos()) {
            loop.ended(Reason.IDLE);
            end();
            return;
        }
        long comment = loop.settings().timeouts().comment().toNanos();
        for (Stream stream : posts.values()) {
            Exchange exchange = stream.exchange;
            if (!stream.begun && exchange != null && !stream.initializes && now - stream.sinceNanos > comment) {
                // It takes long: as an event stream it can be given a sign of life.
                begin(stream, exchange);
            }
        }
    }

    private boolean connected() {
        boolean some = listening.exchange != null;
        for (Stream stream : posts.values()) {
            some |= stream.exchange != null;
        }
        return some;
    }

    /** The process stops: ends the session unless something waits for an answer; {@code late} ends it in any case. */
    void drain(boolean late) {
        if (late || !relay.busy()) {
            relay.refuse(Refusal.of(Reason.SHUTTING_DOWN));
        }
    }
}
