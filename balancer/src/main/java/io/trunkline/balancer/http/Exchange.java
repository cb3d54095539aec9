package io.trunkline.balancer.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.trunkline.balancer.limits.Pace;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.jsonrpc.Messages;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, as whoever answers sees it: either one {@link #answer}, or {@link #begin}, any number
 * of {@link #event}s and an {@link #end}. May be called from any thread; what comes after the end, or after the client
 * has gone, has no effect. Its state belongs to the carrier's event loop.
 */
public final class Exchange {
    /** Who answers, and hears what becomes of it on its own event loop. */
    public interface Owner {
        EventLoop home();

        /** So many bytes of what was said have left, or will never. */
        public void written(int bytes);

        /** The client has closed the connection. */
        public void gone(Exchange exchange);
    }

    /**
     * What carries requests and responses; nothing is done for an exchange that is over. On the exchange's event loop.
     */
    public interface Carrier {
        void respond(Exchange exchange, int status, HttpHeaders headers, ByteBuf body);

        /** The response of most requests: 200, and this JSON. Takes it over. */
        default void respond(Exchange exchange, ByteBuf json) {
            respond(exchange, 200, ContentType.jsonHeaders(), json);
        }

        public void begin(Exchange exchange, HttpHeaders headers);

        public void event(Exchange exchange, byte[] text);

        public void end(Exchange exchange);

        /** What the client's connection may say; null when it ends at another balancer. */
        public default @Nullable Pace pace() {
            return null;
        }
    }

    private final Carrier carrier;
    private final EventLoop loop;
    private final RequestHead head;
    private @Nullable Posted posted;
    private volatile @Nullable Owner owner;

    public Exchange(Carrier carrier, EventLoop loop, RequestHead head) {
        this.carrier = carrier;
        this.loop = loop;
        this.head = head;
    }

    public RequestHead head() {
        return head;
    }

    /** What the body of this request says, which is read once. */
    public Posted posted(byte[] body) {
        Posted known = posted;
        if (known == null) {
            posted = known = new Posted(body);
        }
        return known;
    }

    /** Whether a session may have the message that is posted; if not, the client is told. */
    public boolean accepts(byte[] body) {
        String problem = posted(body).problem();
        if (problem != null) {
            Envelope message = posted(body).envelope();
            boolean unreadable = message.kind() == Envelope.Kind.UNREADABLE;
            int code = unreadable ? ErrorCode.PARSE_ERROR : ErrorCode.INVALID_REQUEST;
            answer(400, Messages.error(message, code, problem));
        }
        return problem == null;
    }

    /** See {@link Carrier#pace}. */
    @Nullable
    public Pace pace() {
        return carrier.pace();
    }

    /** Runs this on the exchange's event loop. */
    public void onLoop(Runnable task) {
        run(task);
    }

    /** Names who answers; before that nobody hears of the client's end. */
    public void own(Owner answering) {
        owner = answering;
    }

    /** The whole response; takes the body over. */
    public void answer(int status, HttpHeaders headers, ByteBuf body) {
        run(() -> carrier.respond(this, status, headers, body));
    }

    /** The whole response, with status 200; takes the JSON over. */
    public void answer(ByteBuf json) {
        if (loop.inEventLoop()) {
            carrier.respond(this, json);
        } else {
            loop.execute(() -> carrier.respond(this, json));
        }
    }

    /** A response without a body. */
    public void answer(int status) {
        answer(status, new DefaultHttpHeaders(), Unpooled.EMPTY_BUFFER);
    }

    /** A response that holds this JSON. */
    public void answer(int status, byte[] json) {
        answer(status, ContentType.jsonHeaders(), Unpooled.wrappedBuffer(json));
    }

    /** The response to a request that is not served. The connection stays open. */
    public void refuse(HttpRefusal refusal) {
        answer(refusal.status(), refusal.headers(), Unpooled.wrappedBuffer(refusal.body()));
    }

    /** The head of an event stream. */
    public void begin(HttpHeaders headers) {
        run(() -> carrier.begin(this, headers));
    }

    /** A piece of an event stream; whole events, as bytes that nobody changes. */
    public void event(byte[] text) {
        run(() -> carrier.event(this, text));
    }

    /** The end of an event stream. */
    public void end() {
        run(() -> carrier.end(this));
    }

    private void run(Runnable step) {
        if (loop.inEventLoop()) {
            step.run();
        } else {
            loop.execute(step);
        }
    }

    // --- the carrier tells

    public void written(int bytes) {
        Owner told = owner;
        if (told != null && bytes > 0) {
            tell(told, () -> told.written(bytes));
        }
    }

    public void gone() {
        Owner told = owner;
        if (told != null) {
            tell(told, () -> told.gone(this));
        }
    }

    private static void tell(Owner owner, Runnable news) {
        if (owner.home().inEventLoop()) {
            news.run();
        } else if (!owner.home().isShuttingDown()) {
            owner.home().execute(news);
        }
    }
}
