package io.trunkline.balancer.stateless;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.trunkline.balancer.client.Account;
import io.trunkline.balancer.client.Joiner;
import io.trunkline.balancer.client.OutputWindow;
import io.trunkline.balancer.http.Accept;
import io.trunkline.balancer.http.AnswerStatus;
import io.trunkline.balancer.http.ContentType;
import io.trunkline.balancer.http.EventText;
import io.trunkline.balancer.http.Exchange;
import io.trunkline.balancer.http.HttpRefusal;
import io.trunkline.balancer.limits.Occupant;
import io.trunkline.balancer.limits.Place;
import io.trunkline.balancer.limits.Source;
import io.trunkline.balancer.relay.ClientSink;
import io.trunkline.balancer.relay.Relay;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.Methods;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.refusal.Refusal.Executed;
import io.trunkline.protocol.session.Owner;
import io.trunkline.protocol.session.SessionId;
import io.trunkline.protocol.session.Transport;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The client of one connection, as far as it asks without a session (MCP 2026-07-28): a relay that lasts as long as the
 * connection, and the request that runs. There is one at a time; what it is told goes on its response, and the end of
 * the connection cancels it. Belongs to the connection's event loop.
 */
public final class StatelessClient implements ClientSink, Exchange.Owner, Occupant {
    /** A request and its response. */
    private static final class Running {
        final Exchange exchange;
        /** As it was written. */
        final byte[] id;

        final boolean listens;
        /** What the client can read. */
        final Accept.Form form;

        final long sinceNanos = System.nanoTime();
        int number;
        /** Whether the response is an event stream by now. */
        boolean begun;

        Running(Exchange exchange, Envelope request) {
            this.exchange = exchange;
            this.id = request.id();
            this.listens = Methods.SUBSCRIPTIONS_LISTEN.equals(request.method());
            this.form = exchange.head().form();
        }

        String idText() {
            return new String(id, StandardCharsets.UTF_8);
        }
    }

    private final StatelessLoop loop;
    /** The connection's. */
    private final Account account;

    private final InetSocketAddress remote;
    private final Source source;
    private final Joiner joiner;
    /** Null before the first request, and after a refusal until the next one. */
    private @Nullable Relay relay;

    /** At its source, as long as there is a relay. */
    private @Nullable Place place;

    private @Nullable Running running;
    private long activeNanos;
    private Owner owner = Owner.NOBODY;
    private final OutputWindow window = new OutputWindow();

    /** The client of a connection from this source. */
    public StatelessClient(StatelessLoop loop, Account account, InetSocketAddress remote, Source source) {
        this.source = source;
        this.loop = loop;
        this.account = account;
        this.remote = remote;
        this.joiner = new Joiner(account);
    }

    @Override
    public EventLoop home() {
        return loop.clients().eventLoop();
    }

    // --- what the client asks

    /**
     * Asks a node.
     *
     * @param request what the client has sent; nothing else runs
     * @param message what the node is sent
     * @param affinity see {@link Affinity#of}
     */
    void ask(Exchange exchange, Envelope request, byte[] message, @Nullable String affinity) {
        Running asked = new Running(exchange, request);
        exchange.own(this);
        if (loop.clients().leaving()) {
            loop.clients().ended(Reason.SHUTTING_DOWN);
            refuse(asked, Reason.SHUTTING_DOWN, Executed.NO);
            return;
        }
        if (asked.listens && asked.form == Accept.Form.JSON) {
            exchange.refuse(HttpRefusal.of(406, "the client must accept " + ContentType.EVENTS));
            return;
        }
        if (!account.room(message.length)) {
            loop.clients().ended(Reason.OVERLOADED);
            refuse(asked, Reason.OVERLOADED, Executed.NO);
            return;
        }
        if (!owner.equals(exchange.head().owner())) {
            // A connection of several, as behind a proxy: nothing that one leaves there is the next one's.
            close();
            owner = exchange.head().owner();
        }
        activeNanos = System.nanoTime();
        Relay to = relayFor(affinity);
        if (to == null) {
            loop.clients().ended(Reason.RATE_LIMITED);
            refuse(asked, Reason.RATE_LIMITED, Executed.NO);
            return;
        }
        running = asked;
        asked.number = to.message(message, System.nanoTime());
    }

    /** The relay of the connection; null when its source has too many sessions at nodes. */
    private @Nullable Relay relayFor(@Nullable String affinity) {
        Relay open = relay;
        if (open != null && affinity != null && slotOf(open) != loop.relays().slotOf(affinity)) {
            close();
            open = null;
        }
        if (open == null) {
            Place own = loop.clients().sources().enter(source, owner);
            if (own == null) {
                return null;
            }
            own.occupy(this);
            place = own;
            open = loop.relays().relay(remote, this, Transport.HTTP_STATELESS, affinity);
            relay = open;
        }
        return open;
    }

    private static int slotOf(Relay open) {
        return open.session().isEmpty() ? -1 : SessionId.slotOf(open.session());
    }

    /** Whether a request runs. */
    public boolean running() {
        return running != null;
    }

    @Override
    public void gone(Exchange exchange) {
        close();
    }

    /** The connection is gone, or speaks something else now: whatever runs is cancelled. */
    public void close() {
        running = null;
        joiner.clear();
        Relay open = relay;
        relay = null;
        leave();
        if (open != null) {
            open.close();
        }
    }

    private void leave() {
        Place own = place;
        place = null;
        if (own != null) {
            own.leave();
        }
    }

    @Override
    public void wantsRoom() {
        if (place != null) {
            place.makeRoom();
        }
    }

    @Override
    public String session() {
        Relay open = relay;
        return open == null ? "" : open.session();
    }

    @Override
    public long activeNanos() {
        return activeNanos;
    }

    @Override
    public boolean busy() {
        return running != null;
    }

    /** The connection stays, and its next request finds a node anew. */
    @Override
    public void end(long idleNanos) {
        if (!home().isShuttingDown()) {
            home().execute(() -> {
                if (running == null && System.nanoTime() - activeNanos > idleNanos) {
                    close();
                } else if (idleNanos == 0 && relay != null) {
                    relay.refuse(Refusal.of(Reason.CLOSED));
                }
            });
        }
    }

    @Override
    public void written(int bytes) {
        if (window.written(bytes) && relay != null) {
            relay.onWritable();
        }
    }

    // --- what the node says

    @Override
    public void gather(int number, boolean answers, ByteBuf payload, boolean last) {
        joiner.add(payload);
        if (!last) {
            return;
        }
        ByteBuf message = joiner.whole();
        Running asked = running;
        if (asked == null || asked.number != number) {
            // It belongs to no request, and there is no other way to tell it.
            return;
        }
        if (answers && message == null) {
            running = null;
            refuse(asked, Reason.OVERLOADED, Executed.UNKNOWN);
        } else if (answers && message != null) {
            running = null;
            answer(asked, asked.begun ? 200 : AnswerStatus.of(message, asked.id.length), message);
        } else if (message != null && asked.form != Accept.Form.JSON) {
            begin(asked);
            send(asked, message);
        }
    }

    private void answer(Running asked, int status, ByteBuf message) {
        if (status == 200 && asked.form == Accept.Form.EVENTS) {
            begin(asked);
        }
        activeNanos = System.nanoTime();
        if (asked.begun) {
            send(asked, message);
            asked.exchange.end();
            return;
        }
        window.said(message.readableBytes());
        if (status == 200) {
            asked.exchange.answer(message);
        } else {
            asked.exchange.answer(status, ContentType.jsonHeaders(), message);
        }
    }

    private void begin(Running asked) {
        if (!asked.begun) {
            asked.begun = true;
            asked.exchange.begin(new DefaultHttpHeaders());
        }
    }

    private void send(Running asked, ByteBuf message) {
        byte[] event = EventText.message(null, message);
        window.said(event.length);
        asked.exchange.event(event);
    }

    @Override
    public void unanswered(int number) {
        Running asked = running;
        if (asked != null && asked.number == number) {
            running = null;
            if (asked.form == Accept.Form.JSON) {
                asked.exchange.answer(202);
                return;
            }
            // It was cancelled, which is told by an event stream that ends.
            begin(asked);
            asked.exchange.end();
        }
    }

    @Override
    public void flush() {
        // Whole messages have gone already; what is begun waits for its rest.
    }

    @Override
    public void breakOff() {
        joiner.clear();
    }

    @Override
    public boolean writable() {
        return window.isOpen();
    }

    @Override
    public void pause(boolean paused) {
        // The next request is read when this one is answered.
    }

    /** Tells the client that memory is short, and lets go of all that is held for it. */
    public void shed() {
        Relay open = relay;
        if (open != null) {
            open.refuse(Refusal.of(Reason.OVERLOADED));
        }
    }

    @Override
    public Account account() {
        return account;
    }

    @Override
    public void broken() {
        Running asked = running;
        close();
        if (asked != null) {
            refuse(asked, Reason.OVERLOADED, Executed.UNKNOWN);
        }
    }

    @Override
    public void settled() {
        // The client says when it goes.
    }

    @Override
    public void refuse(Refusal refusal, List<Answer> answers) {
        loop.clients().ended(refusal.reason());
        relay = null;
        leave();
        Running asked = running;
        running = null;
        if (asked != null) {
            // One request, one answer.
            byte[] text = answers.get(0).text().array();
            answer(asked, statusOf(refusal.reason()), Unpooled.wrappedBuffer(text));
        }
    }

    private void refuse(Running asked, Reason reason, Executed executed) {
        answer(
                asked,
                statusOf(reason),
                Unpooled.wrappedBuffer(Refusal.of(reason).toJsonRpc(asked.idText(), "", executed)));
    }

    /** There is no session that could be unknown to the client. */
    private static int statusOf(Reason reason) {
        int status = HttpRefusal.statusOf(reason);
        return status == 404 ? 503 : status;
    }

    // --- time

    public void tick(long now) {
        Relay open = relay;
        if (open != null) {
            open.tick(now);
        }
        Running asked = running;
        if (asked != null
                && asked.form != Accept.Form.JSON
                && now - asked.sinceNanos > loop.settings().timeouts().comment().toNanos()) {
            // So that it can be given signs of life.
            begin(asked);
        }
    }

    /** The process stops: ends what listens; {@code late} ends whatever runs. */
    public void drain(boolean late) {
        Running asked = running;
        Relay open = relay;
        if (asked == null || open == null) {
            return;
        }
        if (asked.listens && asked.begun) {
            close();
            answer(asked, 200, Unpooled.wrappedBuffer(endOfSubscription(asked)));
        } else if (asked.listens || late) {
            open.refuse(Refusal.of(Reason.SHUTTING_DOWN));
        }
    }

    /** The answer to a request that listens (MCP 2026-07-28, basic, subscriptions, graceful closure). */
    private static byte[] endOfSubscription(Running asked) {
        String id = asked.idText();
        return ("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{\"resultType\":\"complete\",\"_meta\":"
                        + "{\"io.modelcontextprotocol/subscriptionId\":" + id + "}}}")
                .getBytes(StandardCharsets.UTF_8);
    }
}
