package io.trunkline.balancer.session;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.trunkline.balancer.client.OutputWindow;
import io.trunkline.balancer.http.ContentType;
import io.trunkline.balancer.http.EventText;
import io.trunkline.balancer.http.Exchange;
import io.trunkline.balancer.http.HttpRefusal;
import io.trunkline.balancer.http.RequestHead;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Writes a session's responses, and keeps their events. Belongs to the session's event loop. */
final class EventWriter {
    private final Supplier<String> id;
    private final OutputWindow window;
    private final EventRing ring;

    /**
     * Writes nothing yet.
     *
     * @param window is told what is said
     * @param id tells the session's id; once it is asked, the client will know it
     */
    EventWriter(EventRing ring, OutputWindow window, Supplier<String> id) {
        this.ring = ring;
        this.window = window;
        this.id = id;
    }

    /** Begins an event stream; what comes on it is later than this event. */
    void begin(Exchange exchange, EventText.Id at) {
        begin(exchange);
        if (exchange.head().knowsPriming()) {
            send(exchange, EventText.priming(at));
        }
    }

    /** Begins an event stream that goes on with events. */
    void begin(Exchange exchange) {
        exchange.begin(new DefaultHttpHeaders().set(RequestHead.SESSION, id.get()));
    }

    /** Says again what is kept of a stream after this event. */
    void replay(Exchange exchange, EventText.Id from) {
        for (byte[] event : ring.after(from.stream(), from.sequence())) {
            send(exchange, event);
        }
    }

    /** Makes a message an event of this stream, and keeps it. */
    byte[] keep(int stream, ByteBuf message) {
        EventText.Id eventId = new EventText.Id(stream, ring.next());
        byte[] event = EventText.message(eventId, message);
        ring.keep(stream, eventId.sequence(), event);
        return event;
    }

    void send(Exchange exchange, byte[] event) {
        window.said(event.length);
        exchange.event(event);
    }

    /** The whole response; {@code opened} is the id of the session that it opens, or null. */
    void answer(Exchange exchange, int status, @Nullable String opened, ByteBuf message) {
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

    /** Answers a request with a refusal. */
    void refuse(Exchange exchange, HttpRefusal refusal) {
        byte[] body = refusal.body();
        window.said(body.length);
        exchange.answer(refusal.status(), body);
    }
}
