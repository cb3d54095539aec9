package io.trunkline.balancer.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.trunkline.balancer.client.Account;
import io.trunkline.balancer.client.ClientLoop;
import io.trunkline.balancer.client.Crowd;
import io.trunkline.balancer.client.Joiner;
import io.trunkline.balancer.client.OutputWindow;
import io.trunkline.balancer.client.Tenant;
import io.trunkline.balancer.http.EventText;
import io.trunkline.balancer.http.Exchange;
import io.trunkline.balancer.http.HttpRefusal;
import io.trunkline.balancer.limits.Occupant;
import io.trunkline.balancer.limits.Place;
import io.trunkline.balancer.relay.ClientSink;
import io.trunkline.balancer.relay.Relay;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.session.Transport;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A session of HTTP with SSE (MCP 2024-11-05, basic, transports), deprecated: one event stream on which the client hears
 * everything, and requests that only carry what it says. It lives as long as the stream.
 *
 * <p>Belongs to the event loop of the stream's connection; requests of other event loops come in by {@link #onLoop}.
 */
public final class SseSession implements ClientSink, Exchange.Owner, ClientLoop.Member, Occupant, Tenant {
    private record Post(Exchange exchange, Envelope message) {}

    private final SessionLoop loop;
    private final Exchange stream;
    private final InetSocketAddress remote;
    private final Account account;
    private final Crowd.Seat seat = new Crowd.Seat();
    private final Relay relay;
    private final Joiner joiner;
    private final Deque<Post> waiting = new ArrayDeque<>(0);
    /** Known before the node knows of the session. It names no slot, and no session of another kind. */
    private final String id;

    private final OutputWindow window = new OutputWindow();
    private boolean over;
    private final Place place;
    private long activeNanos = System.nanoTime();

    /** A session that has places among {@link HttpSessions} and at its source, which it gives back at its end. */
    SseSession(SessionLoop loop, Exchange stream, InetSocketAddress remote, Place place) {
        this.place = place;
        this.loop = loop;
        this.stream = stream;
        this.remote = remote;
        this.account = loop.clients().memory().account(this);
        this.relay = loop.relays().relay(remote, this, Transport.SSE);
        relay.owner(stream.head().owner());
        this.joiner = new Joiner(account);
        this.id = loop.seal().mint(0, stream.head().owner().key());
        loop.clients().sessions().add(this);
        loop.sessions().register(id, this);
        place.occupy(this);
    }

    @Override
    public Crowd.Seat seat() {
        return seat;
    }

    @Override
    public EventLoop home() {
        return loop.clients().eventLoop();
    }

    /** Runs this on the session's event loop. */
    void onLoop(Runnable task) {
        if (home().inEventLoop()) {
            task.run();
        } else if (!home().isShuttingDown()) {
            home().execute(task);
        }
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
        activeNanos = System.nanoTime();
        if (over) {
            exchange.refuse(HttpRefusal.noSession());
        } else if (takesMore() && waiting.isEmpty()) {
            take(exchange, message);
        } else {
            // No more than there are connections; each of them waits to be accepted.
            waiting.add(new Post(exchange, message));
            account.take(message.message().length);
        }
    }

    private boolean takesMore() {
        return relay.takesMore() && !account.heldBack();
    }

    private void take(Exchange exchange, Envelope message) {
        if (!account.room(message.message().length)) {
            loop.clients().ended(Reason.OVERLOADED);
            exchange.refuse(HttpRefusal.of(503, Reason.OVERLOADED.text()));
        } else if (relay.message(message.message(), System.nanoTime()) == 0) {
            exchange.refuse(HttpRefusal.noSession());
        } else {
            exchange.answer(202);
        }
    }

    private void takeWaiting() {
        while (!over && !waiting.isEmpty() && takesMore()) {
            Post next = waiting.remove();
            account.giveBack(next.message.message().length);
            take(next.exchange, next.message);
        }
    }

    @Override
    public void gone(Exchange exchange) {
        if (exchange == stream) {
            end();
        } else {
            waiting.removeIf(post -> {
                boolean itself = post.exchange == exchange;
                account.giveBack(itself ? post.message.message().length : 0);
                return itself;
            });
        }
    }

    @Override
    public void written(int bytes) {
        if (window.written(bytes) && !over) {
            relay.onWritable();
        }
    }

    // --- what the relay wants

    @Override
    public void gather(int number, boolean answers, ByteBuf payload, boolean last) {
        if (over) {
            return;
        }
        joiner.add(payload);
        if (!last) {
            return;
        }
        ByteBuf message = joiner.whole();
        if (message != null) {
            send(EventText.message(null, message));
        } else {
            // What cannot be told must not just be missing.
            relay.refuse(Refusal.of(Reason.OVERLOADED));
        }
    }

    private void send(byte[] event) {
        activeNanos = System.nanoTime();
        window.said(event.length);
        stream.event(event);
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
        if (!paused && !waiting.isEmpty()) {
            home().execute(this::takeWaiting);
        }
    }

    @Override
    public void holdBack(boolean back) {
        pause(back);
    }

    @Override
    public void shed() {
        relay.refuse(Refusal.of(Reason.OVERLOADED));
    }

    @Override
    public Account account() {
        return account;
    }

    @Override
    public void broken() {
        end();
    }

    @Override
    public void settled() {
        // The client says when it goes.
    }

    @Override
    public void refuse(Refusal refusal, List<Answer> answers) {
        loop.clients().ended(refusal.reason());
        for (Answer answer : answers) {
            send(EventText.message(null, Unpooled.wrappedBuffer(answer.text().array())));
        }
        leave();
    }

    @Override
    public void wantsRoom() {
        place.makeRoom();
    }

    // --- its end

    @Override
    public String session() {
        return id;
    }

    @Override
    public long activeNanos() {
        return activeNanos;
    }

    @Override
    public boolean busy() {
        return relay.busy();
    }

    @Override
    public void end(long idleNanos) {
        onLoop(() -> {
            if (!over && (idleNanos == 0 || (!relay.busy() && System.nanoTime() - activeNanos > idleNanos))) {
                relay.refuse(Refusal.of(idleNanos == 0 ? Reason.CLOSED : Reason.IDLE));
            }
        });
    }

    /** Ends the session and its stream; what is asked is not answered any more. */
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
        joiner.clear();
        stream.end();
        waiting.forEach(post -> post.exchange.refuse(HttpRefusal.noSession()));
        waiting.clear();
        account.close();
        loop.sessions().forgetSse(id);
        place.leave();
        loop.sessions().leave(remote.getAddress());
        loop.clients().sessions().remove(this);
    }

    @Override
    public void drop() {
        end();
    }

    // --- time

    @Override
    public void tick(long now) {
        relay.tick(now);
    }

    @Override
    public void drain(long now, boolean late) {
        if (late || !relay.busy()) {
            relay.refuse(Refusal.of(Reason.SHUTTING_DOWN));
        }
    }
}
