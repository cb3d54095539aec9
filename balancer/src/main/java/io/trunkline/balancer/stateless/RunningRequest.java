package io.trunkline.balancer.stateless;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.trunkline.balancer.client.OutputWindow;
import io.trunkline.balancer.http.Accept;
import io.trunkline.balancer.http.AnswerStatus;
import io.trunkline.balancer.http.ContentType;
import io.trunkline.balancer.http.EventText;
import io.trunkline.balancer.http.Exchange;
import io.trunkline.balancer.http.HttpRefusal;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.Methods;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.refusal.Refusal.Executed;
import java.nio.charset.StandardCharsets;

/** A request without a session, and its response. Belongs to the event loop of its connection. */
final class RunningRequest {
    private final Exchange exchange;
    private final OutputWindow window;
    /** As it was written. */
    private final byte[] id;

    private final boolean listens;
    /** What the client can read. */
    private final Accept.Form form;

    private final long sinceNanos = System.nanoTime();
    private int number;
    /** Whether the response is an event stream by now. */
    private boolean begun;

    /**
     * A request that has come.
     *
     * @param window is told what is said
     */
    RunningRequest(Exchange exchange, Envelope request, OutputWindow window) {
        this.exchange = exchange;
        this.window = window;
        this.id = request.id();
        this.listens = Methods.SUBSCRIPTIONS_LISTEN.equals(request.method());
        this.form = exchange.head().form();
    }

    /** The relay knows it by this number. */
    void number(int given) {
        number = given;
    }

    boolean has(int given) {
        return number == given;
    }

    boolean listens() {
        return listens;
    }

    /** Whether it wants to hear more than its client can read. */
    boolean isUnreadable() {
        return listens && form == Accept.Form.JSON;
    }

    /**
     * Makes the response an event stream, if the client can read one, when it takes long: it can be given signs of
     * life.
     */
    void beginAfter(long nanos, long now) {
        if (form != Accept.Form.JSON && now - sinceNanos > nanos) {
            begin();
        }
    }

    private void begin() {
        if (!begun) {
            begun = true;
            exchange.begin(new DefaultHttpHeaders());
        }
    }

    /** A message that comes before the answer; a client that reads no events misses it. */
    void tell(ByteBuf message) {
        if (form != Accept.Form.JSON) {
            begin();
            send(message);
        }
    }

    private void send(ByteBuf message) {
        byte[] event = EventText.message(null, message);
        window.said(event.length);
        exchange.event(event);
    }

    /** The node's answer. */
    void answer(ByteBuf message) {
        answer(begun ? 200 : AnswerStatus.of(message, id.length), message);
    }

    private void answer(int status, ByteBuf message) {
        if (status == 200 && form == Accept.Form.EVENTS) {
            begin();
        }
        if (begun) {
            send(message);
            exchange.end();
            return;
        }
        window.said(message.readableBytes());
        if (status == 200) {
            exchange.answer(message);
        } else {
            exchange.answer(status, ContentType.jsonHeaders(), message);
        }
    }

    /** It was cancelled, which is told by an event stream that ends. */
    void cancelled() {
        if (form == Accept.Form.JSON) {
            exchange.answer(202);
        } else {
            begin();
            exchange.end();
        }
    }

    void refuse(Reason reason, Executed executed) {
        refuse(reason, Refusal.of(reason).toJsonRpc(idText(), "", executed));
    }

    /** Refuses it with these words. There is no session that could be unknown to the client. */
    void refuse(Reason reason, byte[] words) {
        int status = HttpRefusal.statusOf(reason);
        answer(status == 404 ? 503 : status, Unpooled.wrappedBuffer(words));
    }

    /** Whether it listens, and can be told that nothing more comes. */
    boolean mayConclude() {
        return listens && begun;
    }

    /** Ends what listens with its answer (MCP 2026-07-28, basic, subscriptions, graceful closure). */
    void conclude() {
        String text = idText();
        answer(
                200,
                Unpooled.wrappedBuffer(("{\"jsonrpc\":\"2.0\",\"id\":" + text
                                + ",\"result\":{\"resultType\":\"complete\",\"_meta\":"
                                + "{\"io.modelcontextprotocol/subscriptionId\":" + text + "}}}")
                        .getBytes(StandardCharsets.UTF_8)));
    }

    private String idText() {
        return new String(id, StandardCharsets.UTF_8);
    }
}
