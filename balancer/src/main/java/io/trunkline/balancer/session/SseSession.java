package io.trunkline.balancer.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.trunkline.balancer.http.EventText;
import io.trunkline.balancer.http.Exchange;
import io.trunkline.balancer.http.HttpRefusal;
import io.trunkline.balancer.limits.Place;
import io.trunkline.balancer.session.WaitingRequests.Waiting;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.session.Transport;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session of HTTP with SSE (MCP 2024-11-05, basic, transports), deprecated: one event stream on which the client
 * hears everything, and requests that only carry what it says. It lives as long as the stream.
 *
 * <p>Belongs to the event loop of the stream's connection; requests of other event loops come in by {@link #onLoop}.
 */
public final class SseSession extends HeldSession {
    private final Exchange stream;
    /** Known before the node knows of the session. It names no slot, and no session of another kind. */
    private final String id;

    /** A session that has places among {@link HttpSessions} and at its source, which it gives back at its end. */
    SseSession(SessionLoop loop, Exchange stream, InetSocketAddress remote, Place place) {
        super(loop, remote, Transport.SSE);
        this.stream = stream;
        relay().owner(stream.head().owner());
        this.id = loop.seal().mint(0, stream.head().owner().key());
        loop.sessions().register(id, this);
        begin(place);
    }

    // --- what the client says

    /** Begins the stream, and tells the client where to post. */
    void begin() {
        stream.own(this);
        stream.begin(new DefaultHttpHeaders());
        send(EventText.endpoint(MessageAddress.of(stream.head(), id)));
    }

    /** The client says something, which has been read and is no nonsense. */
    void post(Exchange exchange, Envelope message) {
        occupancy().active();
        if (isOver()) {
            exchange.refuse(HttpRefusal.noSession());
        } else if (waiting().passes()) {
            take(exchange, message);
        } else {
            waiting().add(new Waiting(exchange, () -> take(exchange, message), message.message().length, null));
        }
    }

    private void take(Exchange exchange, Envelope message) {
        if (!account().room(message.message().length)) {
            loop().clients().ended(Reason.OVERLOADED);
            exchange.refuse(HttpRefusal.of(503, Reason.OVERLOADED.text()));
        } else if (relay().message(message.message(), System.nanoTime()) == 0) {
            exchange.refuse(HttpRefusal.noSession());
        } else {
            exchange.answer(202);
        }
    }

    @Override
    public void gone(Exchange exchange) {
        if (exchange == stream) {
            end();
        } else {
            waiting().gone(exchange);
        }
    }

    // --- what the relay wants

    @Override
    void told(int number, boolean answers, @Nullable ByteBuf message) {
        if (message != null) {
            send(EventText.message(null, message));
        } else {
            // What cannot be told must not just be missing.
            relay().refuse(Refusal.of(Reason.OVERLOADED));
        }
    }

    private void send(byte[] event) {
        occupancy().active();
        window().said(event.length);
        stream.event(event);
    }

    @Override
    public void shed() {
        relay().refuse(Refusal.of(Reason.OVERLOADED));
    }

    @Override
    public void refuse(Refusal refusal, List<Answer> answers) {
        loop().clients().ended(refusal.reason());
        for (Answer answer : answers) {
            send(EventText.message(null, Unpooled.wrappedBuffer(answer.text().array())));
        }
        leave(HttpRefusal.noSession());
    }

    // --- its end

    @Override
    String id() {
        return id;
    }

    @Override
    void end(Reason why) {
        relay().refuse(Refusal.of(why));
    }

    @Override
    void left(HttpRefusal refusal) {
        stream.end();
        loop().sessions().forgetSse(id);
    }

    @Override
    void turnAway(Waiting request, HttpRefusal refusal) {
        request.exchange().refuse(refusal);
    }

    // --- time

    @Override
    public void tick(long now) {
        relay().tick(now);
    }

    @Override
    public void drain(long now, boolean late) {
        if (late || !relay().busy()) {
            relay().refuse(Refusal.of(Reason.SHUTTING_DOWN));
        }
    }
}
