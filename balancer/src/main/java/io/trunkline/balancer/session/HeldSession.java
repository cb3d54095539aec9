package io.trunkline.balancer.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.trunkline.balancer.client.Account;
import io.trunkline.balancer.client.ClientLoop;
import io.trunkline.balancer.client.Crowd;
import io.trunkline.balancer.client.Joiner;
import io.trunkline.balancer.client.OutputWindow;
import io.trunkline.balancer.client.Tenant;
import io.trunkline.balancer.http.Exchange;
import io.trunkline.balancer.http.HttpRefusal;
import io.trunkline.balancer.limits.Place;
import io.trunkline.balancer.relay.ClientSink;
import io.trunkline.balancer.relay.Occupancy;
import io.trunkline.balancer.relay.Relay;
import io.trunkline.protocol.refusal.Reason;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A session that this balancer holds: a relay, and what waits for it in both directions. Belongs to one event loop;
 * connections of other event loops come in by {@link #onLoop}.
 */
abstract class HeldSession implements ClientSink, Exchange.Owner, ClientLoop.Member, Tenant {
    private final SessionLoop loop;
    /** Null when the session was taken over. */
    private final @Nullable InetSocketAddress remote;

    private final Account account;
    private final Relay relay;
    private final Occupancy occupancy;
    private final Joiner joiner;
    private final WaitingRequests waiting;
    private final OutputWindow window = new OutputWindow();
    private final Crowd.Seat seat = new Crowd.Seat();
    private boolean over;

    HeldSession(SessionLoop loop, @Nullable InetSocketAddress remote, String transport) {
        this.loop = loop;
        this.remote = remote;
        this.account = loop.clients().memory().account(this);
        this.relay = loop.relays().relay(remote, this, transport);
        this.occupancy = new Occupancy(relay, this::onLoop, this::id, this::end);
        this.joiner = new Joiner(account);
        this.waiting = new WaitingRequests(relay, account);
    }

    /** It is whole, and may be told of time, and ended. */
    final void begin(Place place) {
        loop.clients().sessions().add(this);
        occupancy.enter(place);
    }

    /** Its id; empty as long as its client does not know it. */
    abstract String id();

    /** A message of the node; null when there was no room for it. */
    abstract void told(int number, boolean answers, @Nullable ByteBuf message);

    /** Its source or an operator ends it. */
    abstract void end(Reason why);

    /** It is over: answers its requests, unless they wait. */
    abstract void left(HttpRefusal refusal);

    /** It is over: answers a request that waits. */
    abstract void turnAway(WaitingRequests.Waiting request, HttpRefusal refusal);

    final SessionLoop loop() {
        return loop;
    }

    final Relay relay() {
        return relay;
    }

    final Occupancy occupancy() {
        return occupancy;
    }

    final WaitingRequests waiting() {
        return waiting;
    }

    final OutputWindow window() {
        return window;
    }

    final boolean isOver() {
        return over;
    }

    @Override
    public final Crowd.Seat seat() {
        return seat;
    }

    @Override
    public final EventLoop home() {
        return loop.clients().eventLoop();
    }

    /** Runs this on the session's event loop. */
    final void onLoop(Runnable task) {
        if (home().inEventLoop()) {
            task.run();
        } else if (!home().isShuttingDown()) {
            home().execute(task);
        }
    }

    // --- what the relay wants

    @Override
    public final void gather(int number, boolean answers, ByteBuf payload, boolean last) {
        joiner.add(payload);
        if (last) {
            occupancy.active();
            told(number, answers, joiner.whole());
        }
    }

    @Override
    public final void flush() {
        // Whole messages have gone already; what is begun waits for its rest.
    }

    @Override
    public final void breakOff() {
        joiner.clear();
    }

    @Override
    public final boolean writable() {
        return window.isOpen();
    }

    @Override
    public final void written(int bytes) {
        if (window.written(bytes) && !over) {
            relay.onWritable();
        }
    }

    @Override
    public final void pause(boolean paused) {
        if (!paused && !waiting.isEmpty()) {
            home().execute(waiting::take);
        }
    }

    @Override
    public final void holdBack(boolean back) {
        pause(back);
    }

    @Override
    public final Account account() {
        return account;
    }

    @Override
    public final void settled() {
        // The client says when it goes.
    }

    @Override
    public final void wantsRoom() {
        occupancy.makeRoom();
    }

    // --- its end

    /** Ends the session; what is asked is not answered any more. */
    final void end() {
        if (!over) {
            relay.close();
            leave(HttpRefusal.noSession());
        }
    }

    @Override
    public final void broken() {
        end();
    }

    @Override
    public final void drop() {
        end();
    }

    /** Lets go of all that it has; its requests are answered with this. */
    final void leave(HttpRefusal refusal) {
        if (over) {
            return;
        }
        over = true;
        breakOff();
        left(refusal);
        waiting.end(request -> turnAway(request, refusal));
        account.close();
        occupancy.leave();
        loop.sessions().leave(remote == null ? null : remote.getAddress());
        loop.clients().sessions().remove(this);
    }
}
